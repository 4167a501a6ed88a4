// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/datasets/images/listings.hpp"

namespace sslhost::images {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LabelTableLayout : public ::testing::Test {
 protected:
  Listing list(const std::string& table, const FolderOptions& options = {}) const {
    photos_.write("labels.csv", table);
    return photos_.list(options);
  }
  template <class Found>
  void expect_refused(const std::string& table, int line, const Found& found,
                      const std::string& next, const std::string& expected = "") const {
    const auto folder = photos_.path().string();
    const auto where = (photos_ / "labels.csv").string() + ", line " + std::to_string(line);
    expect_parts(where, expected.empty() ? "an image below " + folder : expected, found,
                 HasSubstr(next), [&] { list(table); });
  }

  const Photos photos_{{"a.jpg", "b.jpg", "sub/c.jpg", "d.jpg", "sub/e.jpg", "f.jpg"}};
};

TEST_F(LabelTableLayout, GivesLabelsAndRoles) {
  const auto listing = list(
      "path,label,role\na.jpg,dog,\nb.jpg,cat,train\nsub/c.jpg,cat,val\nd.jpg,dog,test\n"
      "sub/e.jpg,,test\n");
  EXPECT_THAT(listing.classes, ElementsAre("cat", "dog"));
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre("a.jpg=dog", "b.jpg=cat", "sub/c.jpg=cat"));
  EXPECT_THAT(lines(listing, listing.test), ElementsAre("d.jpg=dog"));
  EXPECT_THAT(lines(listing, listing.unlabeled), ElementsAre("f.jpg"));
  EXPECT_THAT(listing.warnings,
              ElementsAre("1 of 2 test images has no label: left out, 'sub/e.jpg'"));
  EXPECT_EQ(listing.train[2].file, photos_ / "sub/c.jpg");
  EXPECT_EQ(
      listing.said,
      "labels from labels.csv, 2 classes: 3 labeled images, 1 of them from the validation role "
      "(training samples too: a run draws its own validation part); test: 1 image; unlabeled: 1 "
      "more");
}

TEST_F(LabelTableLayout, GoesBeforeFolders) {
  photos_.add({"train/x/1.jpg", "train/y/1.jpg"});
  const auto listing = list("a.jpg,cat\nb.jpg,dog\n");
  EXPECT_THAT(listing.classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(listing.unlabeled.size(), 6u);
}

TEST_F(LabelTableLayout, ClassesAreInNaturalOrder) {
  EXPECT_THAT(list("a.jpg,10\nb.jpg,9\nd.jpg,c\n").classes, ElementsAre("9", "10", "c"));
}

TEST_F(LabelTableLayout, OptionNamesATableAnywhere) {
  photos_.write("labels.csv", "not read");
  const Photos elsewhere;
  const auto table = elsewhere.write("my.tsv", "a.jpg\tcat\nb.jpg\tdog\n");
  EXPECT_EQ(photos_.list({.labels_file = table}).train.size(), 2u);
  // Inside, and with a name that images may have.
  const auto inside = photos_.write("labels", "a.jpg,cat\nb.jpg,dog\n");
  const auto listing = photos_.list({.labels_file = inside});
  EXPECT_THAT(lines(listing, listing.unlabeled),
              ElementsAre("d.jpg", "f.jpg", "sub/c.jpg", "sub/e.jpg"));
}

TEST_F(LabelTableLayout, OptionMustNameAFile) {
  for (const char* name : {"none.csv", "sub"}) {
    const auto error = failure_of([&] { photos_.list({.labels_file = photos_ / name}); });
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_EQ(error.parts().where, "--labels-file");
    EXPECT_EQ(error.parts().expected, "a table with path,label");
    EXPECT_THAT(error.parts().found, HasSubstr((photos_ / name).string()));
    EXPECT_THAT(error.parts().next, HasSubstr("check the path"));
  }
}

TEST_F(LabelTableLayout, TwoTablesAreAmbiguous) {
  photos_.write("labels.tsv", "a.jpg\tcat\n");
  expect_parts(photos_.path().string(), "one table of labels", "labels.csv and labels.tsv",
               "take one of them out, or name the one to read with --labels-file",
               [&] { list("a.jpg,cat\n"); });
  fs::remove(photos_ / "labels.csv");
  photos_.write("labels.tsv", "a.jpg\tcat\nb.jpg\tdog");
  EXPECT_EQ(photos_.list().said,
            "labels from labels.tsv, 2 classes: 2 labeled images; unlabeled: 4 more");
}

TEST_F(LabelTableLayout, SameImageTwiceCountsOnceIfTheLinesAgree) {
  EXPECT_EQ(list("a.jpg,cat\nb.jpg,dog\n./a.jpg,cat\n").train.size(), 2u);
  const char* const expected = "one label and one role for each image";
  expect_refused("a.jpg,cat\nb.jpg,dog\n./a.jpg,dog\n", 3, "'dog' for 'a.jpg', and 'cat' in line 1",
                 "take one of the lines out", expected);
  expect_refused("a.jpg,cat\na.jpg,\n", 2, "no label for 'a.jpg', and 'cat' in line 1",
                 "take one of the lines out", expected);
  expect_refused("a.jpg,cat,train\na.jpg,cat,test\n", 2, "another role for 'a.jpg' than in line 1",
                 "take one of the lines out", expected);
}

TEST_F(LabelTableLayout, MissingFilesAreRefused) {
  expect_refused("path,label\na.jpg,cat\nno.jpg,dog\n", 3, "no file 'no.jpg'", "correct the path");
  expect_refused("photo,kind\na.jpg,cat\n", 1, "no file 'photo'",
                 "call its columns path and label");
  expect_refused("a.jpg,cat\nsub\\c.jpg,cat\n", 2, "no file 'sub\\c.jpg'", "'/'");
  expect_refused("a.jpg,cat\nsub,cat\n", 2, "no regular file: 'sub'", "correct the path");
  expect_refused("a.jpg,cat\n" + std::string(5000, 'x') + ",cat\n", 2,
                 "no file '" + std::string(80, 'x') + "...'", "correct the path");
}

TEST_F(LabelTableLayout, AllMissingFilesAreRefusedAtOnce) {
  std::string table = "path,label\na.jpg,cat\n";
  for (int i = 0; i < 20; ++i) table += "gone" + std::to_string(i) + ".jpg,dog\n";
  expect_refused(table, 3,
                 "none for 20 lines: 'gone0.jpg', 'gone1.jpg' (line 4), 'gone2.jpg' (line 5), "
                 "'gone3.jpg' (line 6), 'gone4.jpg' (line 7) and more",
                 "put them back");
  expect_refused("a.jpg,cat\nB.JPG,dog\n", 2, "no file 'B.JPG'", "did you mean 'b.jpg'?");
}

TEST_F(LabelTableLayout, IdsMayLackTheExtension) {
  auto listing = list("id,label\na,cat\nsub/c,dog\nd.jpg,dog\n");
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre("a.jpg=cat", "d.jpg=dog", "sub/c.jpg=dog"));
  expect_refused("path,label\na,cat\n", 2, "no file 'a'", "correct the path");
  photos_.add({"a.png"});
  expect_refused("id,label\na,cat\n", 2, "several files 'a.*'", "write the extension",
                 "the id of one image");
}

TEST_F(LabelTableLayout, MayNameWhatIsPassedOverOtherwise) {
  photos_.add({".hidden/x.jpg", "y.txt", "z.txt"});
  const auto listing = list(".hidden/x.jpg,cat\ny.txt,dog\na.jpg,cat\n");
  EXPECT_THAT(lines(listing, listing.train),
              ElementsAre(".hidden/x.jpg=cat", "a.jpg=cat", "y.txt=dog"));
  EXPECT_THAT(lines(listing.passed_over),
              ElementsAre(".hidden: hidden", "z.txt: a file of another kind (.txt)"));
}

TEST_F(LabelTableLayout, LinksOutOfTheFolderAreRefused) {
  const Photos outside({"x.jpg", "more/y.jpg"});
  fs::create_symlink(outside / "x.jpg", photos_ / "link.jpg");
  fs::create_symlink(outside / "more", photos_ / "more");
  fs::create_symlink("sub/c.jpg", photos_ / "inside.jpg");
  fs::create_symlink(outside.path(), photos_ / ".out");
  for (const char* path : {"link.jpg", "more/y.jpg", ".out/x.jpg"})
    expect_refused(std::string("a.jpg,cat\n") + path + ",dog\n", 2,
                   "a link out of it: '" + std::string(path) + "'", "put the image itself there");
  const auto listing = list("a.jpg,cat\ninside.jpg,dog\n");
  EXPECT_THAT(lines(listing, listing.train), ElementsAre("a.jpg=cat", "inside.jpg=dog"));
  EXPECT_EQ(listing.unlabeled.size(), 7u);  // with link.jpg and more/y.jpg
}

TEST_F(LabelTableLayout, PathThroughALinkIsTheSameImage) {
  fs::create_directory_symlink("sub", photos_ / "other");
  const auto listing = list("other/c.jpg,cat\na.jpg,dog\nsub/c.jpg,cat\n");
  EXPECT_THAT(lines(listing, listing.train), ElementsAre("a.jpg=dog", "sub/c.jpg=cat"));
}

TEST_F(LabelTableLayout, HiddenImageIsOneByWhicheverPath) {
  photos_.add({".hidden/x.jpg"});
  fs::create_directory_symlink(".hidden", photos_ / ".other");
  const auto listing = list(".other/x.jpg,cat\n.hidden/x.jpg,cat\na.jpg,dog\n");
  EXPECT_THAT(lines(listing, listing.train), ElementsAre(".hidden/x.jpg=cat", "a.jpg=dog"));
}

TEST_F(LabelTableLayout, TableMayBeALink) {
  const Photos outside;
  fs::create_symlink(outside.write("list", "a.jpg,cat\nb.jpg,dog\n"), photos_ / "labels.csv");
  const auto listing = photos_.list();
  EXPECT_EQ(listing.train.size(), 2u);
  EXPECT_THAT(listing.passed_over, IsEmpty());
}

TEST_F(LabelTableLayout, TrainingNeedsTwoClassesAndPredictionNone) {
  const auto where = (photos_ / "labels.csv").string();
  const char* const expected = "pictures in a folder a class, or labels.csv";
  expect_parts(where, expected, "one class, 'cat'", HasSubstr("labels.csv with path,label"),
               [&] { list("a.jpg,cat\nb.jpg,cat"); });
  expect_parts(where, expected, "6 images and no label", HasSubstr("labels.csv with path,label"),
               [&] { list("a.jpg,\n"); });
  expect_parts(where, "classes that training images have", "'bird' in the test part only: 'd.jpg'",
               HasSubstr("correct its name"),
               [&] { list("a.jpg,cat,\nb.jpg,dog,\nd.jpg,bird,test\n"); });
  const auto listing = list("a.jpg,\nb.jpg,cat\n", kPrediction);
  EXPECT_THAT(lines(listing, listing.train), ElementsAre("b.jpg=cat"));
  EXPECT_EQ(listing.unlabeled.size(), 5u);
}

}  // namespace
}  // namespace sslhost::images
