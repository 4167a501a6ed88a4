// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folder of one run: who may write there, and what its files are called.
// It is locked while this object lives, so that no second process trains into it; nothing we did
// not write is deleted.

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

class RunFolder {
 public:
  /// A new run in a folder that does not exist yet, or is empty. Throws Error (busy) otherwise,
  /// Error (storage) when the folder cannot be made.
  static RunFolder create(const std::filesystem::path& path);
  /// The same in base/<method>-<dataset>-s<seed>-<YYYYmmdd-HHMMSS>[-n], the first n that nobody
  /// else has taken.
  static RunFolder create_fresh(const std::filesystem::path& base, std::string_view method,
                                std::string_view dataset, std::uint64_t seed);
  /// A run that left a checkpoint. Throws Error (storage) without one, Error (busy) while another
  /// process has the folder.
  static RunFolder resume(const std::filesystem::path& path);

  /// A run that another process has, to read what was there when it began; not locked.
  static RunFolder of_another(const std::filesystem::path& path) { return {path, Descriptor()}; }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.toml"; }
  std::filesystem::path record() const { return path_ / "run.json"; }
  std::filesystem::path split() const { return path_ / "split.json"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint.safetensors"; }
  std::filesystem::path model() const { return path_ / "model.safetensors"; }
  std::filesystem::path exported() const { return path_ / "model.onnx"; }  ///< unless named
  std::filesystem::path report() const { return path_ / "report.html"; }
  std::filesystem::path pictures() const { return path_ / "pictures"; }
  std::filesystem::path unlabeled_predictions() const {
    return path_ / "unlabeled_predictions.csv";
  }
  /// Throws Error (storage) when something else has that name.
  void make_pictures() const;
  /// The rows that read_metrics() reads; all files of the metrics are MetricsWriter's.
  std::filesystem::path metrics() const { return path_ / "metrics.jsonl"; }

 private:
  RunFolder(std::filesystem::path path, Descriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  Descriptor lock_;
};

}  // namespace sslhost::host
