// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/source.hpp"

#include "tests/datasets/table/npy_bytes.hpp"
#include "tests/datasets/table/table_files.hpp"

namespace sslhost::table {
namespace {

class Source : public TableFolder {
 protected:
  bool recognized(const std::string& name) const { return is_source(folder / name); }
  std::string array = npy_file(dictionary("|u1", "(1, 1)"), "1");
};

TEST_F(Source, FilesAreKnownByTheirNamesAndArraysByTheirBytesToo) {
  for (const char* name : {"a.csv", "b.TSV"}) {
    folder.write(name, "");
    EXPECT_TRUE(recognized(name)) << name;
  }
  folder.write("c.npy", array);
  EXPECT_TRUE(recognized("c.npy"));
  folder.write("d.npy", "no array");
  folder.write("e.txt", "a,b\n");
  folder.folder("f.csv");
  for (const char* name : {"d.npy", "e.txt", "f.csv", "none.csv"}) EXPECT_FALSE(recognized(name));
}

TEST_F(Source, FoldersAreKnownByTheFilesForTraining) {
  folder.write("tables/train.tsv", "");
  folder.write("arrays/X_train.npy", array);
  folder.write("both/features.npy", array);
  folder.write("both/labels.csv", "");
  for (const char* name : {"tables", "arrays", "both"}) EXPECT_TRUE(recognized(name)) << name;
  folder.write("other/data.csv", "");
  folder.folder("empty");
  for (const char* name : {"other", "empty", "none"}) EXPECT_FALSE(recognized(name)) << name;
  EXPECT_TRUE(std::holds_alternative<TableFiles>(source_of(folder / "tables")));
  EXPECT_EQ(std::get<ArrayFiles>(source_of(folder / "both")).train_labels,
            folder / "both/labels.csv");
  expect_refused("other", "none of them", [&] { source_of(folder / "other"); });
}

TEST_F(Source, FoldersThatMayHoldPicturesAreNotTaken) {
  folder.write("photos/train.csv", "path,label\ncats/1.jpg,cat\n");
  folder.write("photos/README.md", "of cats");
  EXPECT_TRUE(recognized("photos"));
  folder.folder("photos/runs/vat/pictures");
  folder.write("photos/runs/vat/.sslhost.lock", "");
  folder.folder("photos/.git");
  EXPECT_TRUE(recognized("photos")) << "runs and hidden folders hold no data";
  folder.folder("photos/cats");
  EXPECT_TRUE(recognized("photos")) << "an empty folder";
  folder.write("photos/cats/1.jpg", "");
  EXPECT_FALSE(recognized("photos"));
  std::filesystem::remove_all(folder / "photos/cats");
  folder.write("photos/1", "a picture without an extension, perhaps");
  EXPECT_FALSE(recognized("photos"));
}

}  // namespace
}  // namespace sslhost::table
