// SPDX-License-Identifier: Apache-2.0
#pragma once

// The command line as data: what belongs to the program, and what are options of host and method.

#include <string>
#include <vector>

#include "sslhost/engine.hpp"

namespace sslhost::host {

struct CommandLine {
  std::string command = "train";
  std::vector<std::string> operands;  ///< after the command
  TrainRequest request;
  std::string resume;
  bool json = false, quiet = false, explain = false;
};

/// `--name value`, `--name=value`, `--flag`, `--set name=value`. Throws Error (usage).
CommandLine parse(const std::vector<std::string>& arguments);

}  // namespace sslhost::host
