// SPDX-License-Identifier: Apache-2.0
#pragma once

// Folders of empty files, and listings as lines that read well in a failed test.

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "datasets/images/layout.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::images {

using Names = std::vector<std::string>;

inline const FolderOptions kPrediction = {.for_prediction = true};

struct Photos : sslhost::testing::TemporaryFolder {
  Photos() = default;
  explicit Photos(const Names& files) { add(files); }

  void add(const Names& files) const {
    for (const auto& file : files) write(file, "");
  }
  Listing list(const FolderOptions& options = {}) const { return list_folder(path(), options); }
};

/// "cat/1.jpg=cat", or "1.jpg" without a label.
inline Names lines(const Listing& listing, const std::vector<Entry>& entries) {
  Names lines;
  for (const auto& [file, name, label] : entries)
    lines.push_back(label < 0 ? name : name + "=" + listing.classes.at(static_cast<size_t>(label)));
  return lines;
}

inline Names lines(const std::vector<Passed>& passed) {
  Names lines;
  for (const auto& [name, reason] : passed) lines.push_back(name + ": " + reason);
  return lines;
}

/// All four parts of the Error (data) that f() throws; `found` and `next` may be matchers.
template <class Found, class Next, class F>
void expect_parts(const std::string& where, const std::string& expected, const Found& found,
                  const Next& next, F&& f) {
  const auto error = failure_of(f);
  EXPECT_EQ(error.code(), ExitCode::data) << error.what();
  EXPECT_EQ(error.parts().where, where);
  EXPECT_EQ(error.parts().expected, expected);
  EXPECT_THAT(error.parts().found, found);
  EXPECT_THAT(error.parts().next, next);
}

}  // namespace sslhost::images
