// SPDX-License-Identifier: Apache-2.0
// What is named for prediction, and where classes' folders may be.
#include <sstream>

#include <gmock/gmock.h>

#include "host/inference/class_folders.hpp"
#include "host/inference/files_to_predict.hpp"
#include "host/inference/path_list.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> list_of(const std::string& text, bool zero_bytes = false) {
  std::istringstream in(text);
  return read_path_list(in, zero_bytes);
}

TEST(PathList, HasOneALineOrZeroBytes) {
  EXPECT_THAT(list_of("a b\nc\r\n\n\r\nd"), ElementsAre("a b", "c", "d"));
  EXPECT_THAT(list_of(std::string("a\nb\0c\r\0\0", 8), true), ElementsAre("a\nb", "c\r"));
  EXPECT_THAT(list_of(""), IsEmpty());
}

TEST(FilesToPredict, ComeInTheOrderInWhichTheyWereNamed) {
  const TemporaryFolder folder;
  const auto file = folder.write("b.jpg", "").string(), some = folder.folder("some").string(),
             none = folder.folder("none").string();
  const auto below = [&](const std::string& path) {
    return path == some ? std::vector<std::string>{"some/1", "some/2"} : std::vector<std::string>();
  };
  const auto found = files_to_predict({some, "gone", file, none, file}, below);
  EXPECT_THAT(found.files, ElementsAre("some/1", "some/2", "gone", file, file));
  EXPECT_THAT(found.barren, ElementsAre(none));
  EXPECT_THAT(failure_of([&] { files_to_predict({none}, below); }).what(), HasSubstr("no file"));
  EXPECT_THAT(failure_of([&] { files_to_predict({"gone", none}, below); }).what(),
              AllOf(HasSubstr("the 2 paths"), HasSubstr("nothing there")));
}

/// To move what is in them would empty folders that nobody named.
TEST(FilesToPredict, AreNotThoseOfLinkedFoldersWhereTheseAreLeft) {
  const TemporaryFolder folder;
  folder.write("far/1.jpg", "");
  folder.write("near/2.jpg", "");
  std::filesystem::create_directory_symlink("../far", folder / "near/link");
  std::filesystem::create_symlink("2.jpg", folder / "near/3.jpg");
  const auto near = (folder / "near").string(), link = near + "/link";
  const auto below = [&](const std::string& path) {
    return path == near ? std::vector{near + "/2.jpg", near + "/3.jpg", link + "/1.jpg"}
                        : std::vector{path + "/1.jpg"};
  };
  EXPECT_EQ(files_to_predict({near}, below).files.size(), 3u);
  const auto left = files_to_predict({near}, below, LinkedFolders::left);
  EXPECT_THAT(left.files, ElementsAre(near + "/2.jpg", near + "/3.jpg"));
  EXPECT_THAT(left.links, ElementsAre(link));
  EXPECT_THAT(files_to_predict({link}, below, LinkedFolders::left).files,
              ElementsAre(link + "/1.jpg"))
      << "named itself";
  std::filesystem::remove(folder / "near/2.jpg");
  const auto only_link = [&](const std::string&) { return std::vector{link + "/1.jpg"}; };
  EXPECT_THAT(failure_of([&] { files_to_predict({near}, only_link, LinkedFolders::left); }).what(),
              HasSubstr("only links to folders, such as " + link));
}

TEST(ClassFolders, LieInTheFolderOrAreRefused) {
  const TemporaryFolder folder;
  const std::vector<std::string> odd = {"",    ".",    "..", ".hidden",
                                        "a/b", "../x", "/",  std::string(256, 'x')};
  for (const auto& name : odd) {
    const auto error =
        failure_of([&] { ClassFolders(Sorting::move, folder / "by", {"cat", name}); });
    EXPECT_EQ(error.code(), ExitCode::usage) << name;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("--move"), HasSubstr("class '" + name + "'")));
    EXPECT_FALSE(std::filesystem::exists(folder / "by")) << name;
  }
  folder.write("by/cat", "a file");
  EXPECT_EQ(failure_of([&] { ClassFolders(Sorting::link, folder / "by", {"cat"}); }).code(),
            ExitCode::storage);
}

}  // namespace
}  // namespace sslhost::host
