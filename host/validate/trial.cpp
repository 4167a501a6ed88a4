// SPDX-License-Identifier: Apache-2.0
#include "host/validate/trial.hpp"

#include <algorithm>

#include "host/loading/guard.hpp"
#include "host/run/metrics.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::host {

namespace {

/// The phases of a method with its defaults, but for one option; a problem like that of a trial.
std::vector<Phase> phases_with(const Subject& subject, const std::string& option, int64_t value) {
  const Task task{.classes = 10,
                  .channels = 1,
                  .height = 8,
                  .width = 8,
                  .labeled = 50,
                  .unlabeled = 300,
                  .data_rms = 1};
  const auto plugin = subject.load();
  OptionList list;
  plugin.plugin().describe(list);
  if (!option.empty() && list.find(option)->assign(value)) return {};
  return guarded(plugin.record.id, "phases", -1,
                 [&] { return plugin.method->make()->phases(task); });
}

std::vector<int64_t> numbers(const std::vector<Phase>& phases, int64_t Phase::* member) {
  std::vector<int64_t> all;
  for (const auto& phase : phases) all.push_back(phase.*member);
  return all;
}

/// Options that decide how long phases are, and how often they refresh: found by changing each, as
/// names tell nothing for certain.
struct LengthOptions {
  std::vector<std::string> iterations, intervals;
};

LengthOptions length_options(const Subject& subject) {
  LengthOptions all;
  const auto plugin = subject.load();
  if (!plugin.method) return all;
  OptionList list;
  plugin.plugin().describe(list);
  const auto usual = phases_with(subject, "", 0);
  for (const auto& option : list.all()) {
    const auto* initial = std::get_if<int64_t>(&option.initial());
    if (initial == nullptr) continue;
    const auto other = phases_with(subject, option.name(), *initial + 1);
    if (other.size() != usual.size()) continue;  // refused, or a number of phases
    if (numbers(other, &Phase::iterations) != numbers(usual, &Phase::iterations))
      all.iterations.push_back(option.name());
    else if (numbers(other, &Phase::refresh_every) != numbers(usual, &Phase::refresh_every))
      all.intervals.push_back(option.name());
  }
  return all;
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

OptionTexts lengths(const Subject& subject, int64_t iterations) {
  constexpr const char* kOften = "5";
  OptionTexts all;
  const auto options = length_options(subject);
  auto left = iterations, names = static_cast<int64_t>(options.iterations.size());
  for (const auto& name : options.iterations) {
    const auto share = left / names--;
    all.emplace_back(name, std::to_string(share));
    left -= share;
  }
  for (const auto& name : options.intervals) all.emplace_back(name, kOften);
  return all;
}

OptionTexts short_run(const std::string& plugin, uint64_t seed) {
  return {{"plugin", plugin},   {"dataset", "digits"},    {"model", "mlp-16-16"},
          {"labels", "50"},     {"unlabeled", "300"},     {"seed", std::to_string(seed)},
          {"device", "cpu"},    {"threads", "1"},         {"log_every", "8"},
          {"eval_every", "12"}, {"checkpoint_every", "0"}};
}

TrainRequest trial(const Subject& subject, const OptionTexts& more, int64_t iterations) {
  const auto plugin = subject.load();
  auto request = subject.given;
  const auto users = std::move(request.options);
  request.plugin_files = {subject.file};
  request.options = short_run(plugin.record.id, subject.seed);
  append(request.options, {{"pictures", "false"}});
  append(request.options, lengths(subject, iterations));
  append(request.options, more);
  append(request.options, users);
  return request;
}

bool by_iterations(const Subject& subject) {
  const auto phases = phases_with(subject, "", 0);
  return std::any_of(phases.begin(), phases.end(), [](const Phase& p) { return p.iterations > 0; });
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
