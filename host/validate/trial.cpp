// SPDX-License-Identifier: Apache-2.0
#include "host/validate/trial.hpp"

#include <algorithm>

#include "host/run/metrics.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::host {

namespace {

bool is_integer(const Option& option) { return option.type() == std::string_view("integer"); }

std::vector<std::string> length_options(const OptionList& list) {
  std::vector<std::string> names;
  for (const auto& option : list.all())
    if (is_integer(option) &&
        (option.name() == "iterations" || option.name().ends_with("_iterations")))
      names.push_back(option.name());
  return names;
}

void append(OptionTexts& all, const OptionTexts& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::filesystem::path Subject::fresh(const std::string& name) const {
  std::filesystem::create_directories(scratch);
  for (int i = 0;; ++i) {
    auto path = scratch / (name + "-" + std::to_string(i));
    if (!std::filesystem::exists(path)) return path;
  }
}

OptionTexts lengths(const OptionList& list, int64_t iterations) {
  constexpr int64_t kOften = 5;
  OptionTexts all;
  auto left = iterations;
  const auto names = length_options(list);
  for (size_t i = 0; i < names.size(); ++i) {
    const auto share = left / static_cast<int64_t>(names.size() - i);
    all.emplace_back(names[i], std::to_string(share));
    left -= share;
  }
  for (const auto& option : list.all())
    if (is_integer(option) && option.name().ends_with("_every") &&
        std::get<int64_t>(option.initial()) > kOften)
      all.emplace_back(option.name(), std::to_string(kOften));
  return all;
}

TrainRequest trial(const Subject& subject, const OptionTexts& more, int64_t iterations) {
  const auto plugin = subject.load();
  OptionList list;
  plugin.plugin().describe(list);
  auto request = subject.given;
  const auto users = std::move(request.options);
  request.plugin_files = {subject.file};
  request.options = {{"plugin", plugin.record.id},
                     {"dataset", "digits"},
                     {"model", "mlp-16-16"},
                     {"labels", "50"},
                     {"unlabeled", "300"},
                     {"seed", std::to_string(subject.seed)},
                     {"device", "cpu"},
                     {"threads", "1"},
                     {"log_every", "8"},
                     {"eval_every", "12"},
                     {"checkpoint_every", "0"},
                     {"pictures", "false"}};
  append(request.options, lengths(list, iterations));
  append(request.options, more);
  append(request.options, users);
  return request;
}

bool by_iterations(const Subject& subject) {
  const auto plugin = subject.load();
  OptionList list;
  plugin.plugin().describe(list);
  return !length_options(list).empty();
}

std::string model_of(const std::filesystem::path& run) {
  std::string bytes;
  for (const auto& [name, tensor] : load_safetensors(run / "model.safetensors").tensors)
    bytes.append(name).append(static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes());
  return bytes;
}

std::string metrics_of(const std::filesystem::path& run) {
  std::string text;
  for (auto row : read_metrics(run / "metrics.jsonl")) {
    row.seconds = 0;
    text += to_json_line(row) + "\n";
  }
  return text;
}

std::string trained_model(TrainRequest request, const std::filesystem::path& folder) {
  request.options.emplace_back("out", folder.string());
  Silent observer;
  train(request, observer);
  return model_of(folder);
}

}  // namespace sslhost::host
