// SPDX-License-Identifier: Apache-2.0
#include "host/inference/files_to_predict.hpp"

#include <filesystem>

#include "sslhost/error.hpp"

namespace sslhost::host {

FilesToPredict files_to_predict(
    const std::vector<std::string>& paths,
    const std::function<std::vector<std::string>(const std::string&)>& below) {
  FilesToPredict found;
  bool some = false;
  for (const auto& path : paths) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    some = some || (std::filesystem::exists(status) && !std::filesystem::is_directory(status));
    if (!std::filesystem::is_directory(status)) {
      found.files.push_back(path);
      continue;
    }
    const auto files = below(path);
    some = some || !files.empty();
    if (files.empty()) found.barren.push_back(path);
    found.files.insert(found.files.end(), files.begin(), files.end());
  }
  if (some) return found;
  const bool one = paths.size() == 1;
  throw Error(ExitCode::data, {one ? paths[0] : "the " + std::to_string(paths.size()) + " paths",
                               "files to predict, or folders with some",
                               found.files.empty() ? "no file that may be one" : "nothing there",
                               "check the path" + std::string(one ? "" : "s")});
}

}  // namespace sslhost::host
