// SPDX-License-Identifier: Apache-2.0
#pragma once

// One check in a process of its own.

#include <filesystem>
#include <string>
#include <vector>

#include "host/validate/validation.hpp"

namespace sslhost::host {

class CheckProcess {
 public:
  /// `scratch` is a folder that the check may make and fill.
  CheckProcess(const Check& check, const std::filesystem::path& file,
               const ValidationSettings& settings, const std::filesystem::path& scratch);

  /// What it says of itself; or that it died, with the call of the plugin that it died in, or that
  /// it took too long.
  Outcome run() const;
  std::string again() const;
  std::string debugger() const;

 private:
  const Check& check_;
  const std::filesystem::path& file_;
  const ValidationSettings& settings_;
  std::filesystem::path program_;
  std::vector<std::string> arguments_;
};

}  // namespace sslhost::host
