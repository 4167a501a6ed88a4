// SPDX-License-Identifier: Apache-2.0
#pragma once

// What `sslhost suggest` writes: the list, and a sheet of the pictures in it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sslhost/dataset.hpp"
#include "sslhost/engine.hpp"

#include "host/config/data_plan.hpp"

namespace sslhost::host {

struct Suggestion {
  std::vector<int64_t> ids;  ///< chosen; as a split counts them, the first to be labeled first
  int64_t of = 0;            ///< samples that were compared
  int64_t labeled = 0;       ///< of them with a label
  bool overlooked = false;   ///< all have a label, and counted as if they had none
  bool next = false;         ///< beside the labels of a run
};

class SuggestionFiles {
 public:
  /// Throws Error (usage) where one of the files is there already, unless `replace`.
  SuggestionFiles(std::filesystem::path list, bool replace);

  /// Both files, the sheet where samples are pictures; and what to print: what was written, and the
  /// command to run next, which takes the list. Throws Error (storage).
  std::string write(const Suggestion& suggestion, const Dataset& dataset, const DataPlan& plan,
                    const TrainRequest& request) const;

 private:
  std::filesystem::path list_, sheet_;
};

}  // namespace sslhost::host
