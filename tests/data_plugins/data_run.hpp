// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "tests/conformance/small_run.hpp"

namespace sslhost::testing {

inline std::filesystem::path data_plugins() {
  return std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() /
         "tests/data_plugins";
}

/// A small run on one of the datasets of tests/data_plugins.
inline TrainRequest data_run(const std::string& dataset, const std::filesystem::path& data,
                             OptionTexts more = {}) {
  more.insert(more.begin(), {{"dataset", dataset},
                             {"data", data.string()},
                             {"labels", "4"},
                             {"unlabeled", "-1"},
                             {"iterations", "24"}});
  auto request = small_run("vat", more);
  request.plugin_folders.push_back(data_plugins());
  return request;
}

}  // namespace sslhost::testing
