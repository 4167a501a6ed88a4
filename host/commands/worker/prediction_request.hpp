// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `sslhost predict` is asked for, and what it prints with.

#include <filesystem>
#include <string>
#include <vector>

#include "host/commands/command_line.hpp"
#include "host/inference/class_folders.hpp"
#include "host/run/prediction_table.hpp"

namespace sslhost::host {

struct PredictionRequest {
  std::filesystem::path model;     ///< or its run
  std::vector<std::string> paths;  ///< behind it; empty: --data and --dataset, or the run, say
  TableFormat format = TableFormat::csv;
  bool probabilities = false;  ///< of all classes
  double unsure = 0;           ///< no class below this probability
  Sorting sorting = Sorting::none;
  std::filesystem::path folder;  ///< for files by class
  bool quiet = false;
};

/// Reads standard input where the paths stand there. Throws Error: usage, and data for an empty
/// list.
PredictionRequest prediction_request(const CommandLine& line);

/// To standard output, at once. Throws Error (storage) where it takes no more.
void print_now(const std::string& text);

}  // namespace sslhost::host
