// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files into the form of a model's training data, through the dataset plugin that the model names.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sslhost/engine.hpp"

#include "host/config/data_plan.hpp"
#include "host/data/file_reader.hpp"

namespace sslhost::host {

class ReaderOfFiles {
 public:
  /// `example`: one of the files, where the model does not say what kind of data it knows. Throws
  /// Error: plugin where that plugin is not there, usage where its samples are no files.
  ReaderOfFiles(const std::filesystem::path& model, const TrainRequest& where,
                const std::string& knowledge, const std::filesystem::path& example);

  FileSamples read(std::span<const std::filesystem::path> files,
                   const std::vector<int64_t>& shape) const;

 private:
  double scale_;  ///< of the training data
  std::unique_ptr<DataPlan> plan_;
  std::unique_ptr<FileReader> reader_;
};

/// Of a sample's probabilities [K]: with the likeliest class.
FilePrediction prediction_of(const Tensor& probabilities);

/// One for each reason, in order; probabilities [N,K] of those that are empty.
void append_predictions(std::vector<FilePrediction>& all, const std::vector<std::string>& reasons,
                        const Tensor& probabilities);

}  // namespace sslhost::host
