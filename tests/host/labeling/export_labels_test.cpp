// SPDX-License-Identifier: Apache-2.0
// Where answers may be written to; what is written: exchange_test.cpp.
#include "host/labeling/export_labels.hpp"

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;

class ExportLabels : public ::testing::Test {
 protected:
  std::filesystem::path photos() const {
    for (const auto* name : {"p/1.jpg", "p/2 ü&.jpg", "p/sub/1.jpg"})
      folder_.write(name, "not opened");
    folder_.write("p/labels.csv", "path,label\n1.jpg,cat\n");
    return folder_ / "p";
  }

  const TemporaryFolder folder_;
  const Session session_{read_pictures(photos()), true};
};

TEST_F(ExportLabels, WhatIsThereIsReplacedOnlyWhereThatIsAsked) {
  const auto mine = folder_.write("mine.csv", "mine");
  expect_failure(ExitCode::usage, "--force", [&] { export_labels(session_, "csv", mine); });
  EXPECT_EQ(read_text(mine), "mine");
  export_labels(session_, "csv", mine, true);
  EXPECT_THAT(read_text(mine), ::testing::StartsWith("path,label,unsure\n"));
  std::filesystem::create_symlink("nowhere", folder_ / "link");
  expect_failure(ExitCode::usage, "--force",
                 [&] { export_labels(session_, "csv", folder_ / "link"); });
}

TEST_F(ExportLabels, PicturesAndAnswersAreNeverWrittenOver) {
  std::filesystem::create_symlink(folder_ / "p/1.jpg", folder_ / "link");
  for (const auto* picture : {"p/1.jpg", "p/sub/../2 ü&.jpg", "link"})
    expect_failure(ExitCode::usage, "a picture",
                   [&] { require_free(session_.pictures(), folder_ / picture, true); });
  // labels.tsv is not there: as a table it would take the place of the other one.
  for (const auto* kept : {"p/labels.csv", "p/./labels.tsv", "p/.sslhost-labels.journal"})
    expect_failure(ExitCode::usage, "answers are kept",
                   [&] { require_free(session_.pictures(), folder_ / kept, true); });
  require_free(session_.pictures(), folder_ / "p/sub/labels.csv", false);
}

}  // namespace
}  // namespace sslhost::host
