// SPDX-License-Identifier: Apache-2.0
#pragma once

// The file to which every answer goes before the page shows it as saved, .sslhost-labels.journal in
// the folder of the photos. One process writes it at a time.

#include <cstdint>
#include <filesystem>
#include <vector>

#include "host/labeling/step.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

std::filesystem::path journal_path(const std::filesystem::path& folder);

struct JournalContent {
  std::vector<Step> steps;
  int64_t bytes = 0;     ///< of the lines that are whole
  bool was_cut = false;  ///< behind them stands a line that is not
};

/// None where there is no such file. The last line may have been cut when the program or the
/// machine died, and was never confirmed then. Throws Error (storage) for another line that is not
/// what was written, or does not follow the one before.
JournalContent read_journal(const std::filesystem::path& path);

class Journal {
 public:
  /// Opens or makes it, and takes a cut line off its end. Throws Error: busy where another process
  /// has it open, storage.
  explicit Journal(const std::filesystem::path& folder);

  /// As it was at opening.
  const std::vector<Step>& steps() const { return content_.steps; }
  bool was_cut() const { return content_.was_cut; }

  /// Durable when it returns. Throws Error (storage); the file is as before then.
  void append(const Step& step);

 private:
  std::filesystem::path path_;
  Descriptor file_;
  JournalContent content_;
  int64_t end_ = 0;
  bool broken_ = false;  // half a line could not be taken off again
};

}  // namespace sslhost::host
