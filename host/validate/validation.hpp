// SPDX-License-Identifier: Apache-2.0
#pragma once

// The checks of a plugin, each in a process of its own with a time limit, judged from outside.

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/record.hpp"

#include "host/validate/catalogue.hpp"
#include "host/validate/outcome.hpp"

namespace sslhost::host {

struct ValidationSettings {
  std::filesystem::path front, worker;    ///< our two programs
  int level = kLevels;                    ///< checks up to this one
  std::vector<std::string> only = {};     ///< these checks alone; empty: all of the levels
  std::vector<std::string> without = {};  ///< these are left out
  std::string seed = "0";
  /// Options of the runs that checks make, with their values.
  std::vector<std::pair<std::string, std::string>> options = {};
  std::vector<std::filesystem::path> plugin_folders = {};  ///< of --plugin-dir
  int jobs = 1;                                            ///< checks at a time
};

struct Finding {
  const Check* check = nullptr;
  Outcome outcome = {};
  std::string because = {};  ///< the failed check for which this one was skipped
  double seconds = 0;
  std::string again = {};     ///< the command that makes this check alone, the same way
  std::string debugger = {};  ///< and the one that makes it in a debugger
};

struct FileReport {
  std::filesystem::path file;
  std::string id = {};  ///< from its record; empty where that cannot be read
  std::vector<Finding> findings = {};
  int count(Verdict verdict) const;
  bool is_good() const;  ///< no check failed or crashed
};

/// A check is skipped where the one that it needs failed, or was skipped for that reason itself.
FileReport validate(const std::filesystem::path& file, const ValidationSettings& settings);

}  // namespace sslhost::host
