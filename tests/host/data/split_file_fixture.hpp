// SPDX-License-Identifier: Apache-2.0
#pragma once

// A split file of a small dataset, saved, changed and read back.

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/data/split_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {

class SplitFile : public ::testing::Test {
 protected:
  SplitFile() {
    for (int64_t i = 0; i < 90; ++i) labels_.push_back(i / 30);
    source_ = {.labels = labels_, .classes = 3, .test_size = 15};
  }

  Split save(const SplitRequest& request) {
    std::vector<std::string> warnings;
    const Split split = draw_split(source_, request, warnings);
    save_split(path_, split, "letters", classes_, source_);
    return split;
  }

  /// What load_split() says about the file after this change.
  std::string complaint(const std::function<void(nlohmann::ordered_json&)>& change) {
    auto file = nlohmann::ordered_json::parse(sslhost::testing::read_text(path_));
    change(file);
    const auto bad = folder_.write("bad.json", file.dump());
    try {
      load_split(bad);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      EXPECT_THAT(e.what(), ::testing::HasSubstr(bad.string()));
      return e.what();
    }
    return "accepted";
  }

  const sslhost::testing::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "split.json";
  std::vector<int64_t> labels_;
  SplitSource source_;
  const std::vector<std::string> classes_ = {"alpha", "beta", "\"gamma\""};
};

inline const std::vector<SplitRequest> kRequests = {
    {.labels = 6},
    {.labels = 7,
     .draw = SplitRequest::Draw::random,
     .seed = UINT64_MAX,
     .validation = 5,
     .holdout = 20,
     .overlap = false},
    {.labels = 9, .unlabeled = 40},
};

}  // namespace sslhost::host
