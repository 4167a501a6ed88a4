// SPDX-License-Identifier: Apache-2.0
#pragma once

// Appends a run's metrics to three files in its folder: metrics.jsonl (metrics.hpp), metrics.csv in
// long form (iteration,phase,seconds,name,value: new names never break it) and
// events.out.tfevents.* for TensorBoard, where tags are <phase>/<name>. A resumed run continues
// them as if it had never been interrupted.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "host/run/metrics.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// How far the files went when a checkpoint was taken.
struct MetricsState {
  std::int64_t jsonl_bytes = 0, csv_bytes = 0, events_bytes = 0;
  std::string events_file;  ///< name within the folder
};

class MetricsWriter {
 public:
  /// Without a state the files are new and must not exist. With one they are cut back to it; a file
  /// that is shorter is refused before any is touched. Throws Error (storage).
  explicit MetricsWriter(const std::filesystem::path& folder,
                         const std::optional<MetricsState>& resume = std::nullopt);

  /// All three files or none: what a full disk leaves behind is cut off again. Throws Error
  /// (storage).
  void append(const MetricsRow& row);
  /// Makes all that was appended durable.
  void flush();
  /// Flushes, so that a checkpoint never names bytes that are not on the disk.
  MetricsState state();

 private:
  struct File {
    std::filesystem::path path;
    Descriptor descriptor;
    std::int64_t bytes = 0;
  };

  void start_new();
  void cut_back(const MetricsState& state);
  void write(const std::array<std::string, 3>& texts);

  std::array<File, 3> files_;  // jsonl, csv, events
};

}  // namespace sslhost::host
