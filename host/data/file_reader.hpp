// SPDX-License-Identifier: Apache-2.0
#pragma once

// Single files for prediction, through the dataset plugin that reads them; checked as a dataset is.

#include <memory>
#include <string>
#include <vector>

#include "sslhost/dataset.hpp"

#include "host/loading/loader.hpp"

namespace sslhost::host {

class FileReader {
 public:
  /// With the plugin's options as they are now; must not outlive it. `knowledge` is the model's
  /// (DatasetReader::knowledge()).
  FileReader(const LoadedPlugin& plugin, const std::string& knowledge,
             const DatasetReader::Progress& progress = {});

  /// Whether that plugin reads single files at all.
  bool reads_files() const;
  std::vector<std::string> files_below(const std::string& folder) const;
  /// Samples of `shape`, [C,H,W]. Throws Error (plugin) for what is not as dataset.hpp says.
  FileSamples read(const std::vector<std::string>& files, IntArrayRef shape) const;

 private:
  void check(const FileSamples& samples, size_t files, IntArrayRef shape) const;
  [[noreturn]] void wrong(const std::string& field, const std::string& expected,
                          const std::string& found) const;

  std::string id_;
  std::unique_ptr<DatasetReader> reader_;
};

}  // namespace sslhost::host
