// SPDX-License-Identifier: Apache-2.0
#include "host/inference/reader_of_files.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

#include "host/inference/require_scale.hpp"
#include "host/model/model_facts.hpp"

namespace sslhost::host {

ReaderOfFiles::ReaderOfFiles(const std::filesystem::path& model, const TrainRequest& where,
                             const std::string& knowledge, const std::filesystem::path& example) {
  const auto facts = model_facts(model);
  scale_ = facts.scale;
  TrainRequest plugins;
  plugins.plugin_files = where.plugin_files;
  plugins.plugin_folders = where.plugin_folders;
  plan_ = make_data_plan({}, plugins, {.path = example.string(), .reader = facts.reader});
  reader_ = std::make_unique<FileReader>(plan_->plugin, knowledge);
  if (!reader_->reads_files())
    throw Error(ExitCode::usage, {"predict_files()", "data whose samples are files, such as photos",
                                  "dataset " + plan_->dataset + ", whose samples are none",
                                  "give predict() tensors"});
}

FileSamples ReaderOfFiles::read(std::span<const std::filesystem::path> files,
                                const std::vector<int64_t>& shape) const {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  auto samples = reader_->read(names, shape);
  require_scale(samples.scale, scale_, plan_->dataset);
  return samples;
}

FilePrediction prediction_of(const Tensor& probabilities) {
  const auto values = probabilities.contiguous();
  const auto* first = values.const_data_ptr<float>();
  const auto* best = std::max_element(first, first + values.numel());
  return {.reason = {},
          .label = best - first,
          .probability = *best,
          .probabilities = {first, first + values.numel()}};
}

void append_predictions(std::vector<FilePrediction>& all, const std::vector<std::string>& reasons,
                        const Tensor& probabilities) {
  int64_t row = 0;
  for (const auto& reason : reasons)
    all.push_back(reason.empty() ? prediction_of(probabilities[row++])
                                 : FilePrediction{.reason = reason});
}

}  // namespace sslhost::host
