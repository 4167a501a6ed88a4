// SPDX-License-Identifier: Apache-2.0
#pragma once

// Appends a run's metrics to its files, one in each format of metrics_formats.hpp. A resumed run
// continues them as if it had never been interrupted.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/run/metrics.hpp"
#include "host/run/metrics_formats.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// How far the files went when a checkpoint was taken.
struct MetricsState {
  struct File {
    std::string format;  ///< its key
    std::string name;    ///< within the run folder
    std::int64_t bytes = 0;
  };
  std::vector<File> files;

  /// Nothing for a format that the run did not have when the checkpoint was taken.
  const File* find(std::string_view format) const;
};

class MetricsWriter {
 public:
  /// Without a state the files are new and must not exist. With one they are cut back to it; a file
  /// that is shorter is refused before any is touched. Throws Error (storage).
  explicit MetricsWriter(const std::filesystem::path& folder,
                         const std::optional<MetricsState>& resume = std::nullopt);

  /// All files or none: what a full disk leaves behind is cut off again. Throws Error (storage).
  void append(const MetricsRow& row);
  /// Makes all that was appended durable.
  void flush();
  /// Flushes, so that a checkpoint never names bytes that are not on the disk.
  MetricsState state();

 private:
  struct File {
    const MetricsFormat& format;
    std::filesystem::path path;
    Descriptor descriptor = {};
    std::int64_t bytes = 0;
    bool is_new = true;
  };

  void open_to_continue(File& file, std::int64_t bytes);
  /// One that exists is of a resume that was killed before its first checkpoint.
  void open_new(File& file, bool may_exist);
  void write(const std::vector<std::string>& texts);

  Descriptor folder_;
  std::vector<File> files_;  // in the order of the formats
};

}  // namespace sslhost::host
