// SPDX-License-Identifier: Apache-2.0
#include "host/run/checkpoint.hpp"

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/storage/safetensors.hpp"

namespace sslhost::host {

namespace {

constexpr int kFormat = 3;

void add(TensorFile& file, const std::string& prefix, const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) file.tensors.emplace_back(prefix + name, tensor);
}

NamedTensors below(const TensorFile& file, const std::string& prefix) {
  NamedTensors found;
  for (const auto& [name, tensor] : file.tensors)
    if (name.starts_with(prefix)) found.emplace_back(name.substr(prefix.size()), tensor);
  return found;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& c) {
  TensorFile file;
  add(file, "model/", c.model);
  add(file, "optimizer/", c.optimizers);
  add(file, "log/", c.mean_log);
  // Tensors are stored by name; means are written in the order in which they were first logged.
  auto log_order = nlohmann::json::array();
  for (const auto& [name, unused] : c.mean_log) log_order.push_back(name);
  nlohmann::json state = {{"format", kFormat},
                          {"phase", c.position.phase},
                          {"iteration", c.position.iteration},
                          {"total", c.position.total},
                          {"seconds", c.position.seconds},
                          {"evaluation_seconds", c.position.evaluation_seconds},
                          {"weights_of", c.position.weights_of},
                          {"evaluating", c.flags.evaluating},
                          {"fixed", c.flags.fixed},
                          {"split_hash", c.split_hash},
                          {"options", c.options},
                          {"log_order", log_order},
                          {"metrics",
                           {{"jsonl", c.metrics.jsonl_bytes},
                            {"csv", c.metrics.csv_bytes},
                            {"events", c.metrics.events_bytes},
                            {"events_file", c.metrics.events_file}}}};
  add(file, "look/", c.early_stopping.window);
  state["without_fall"] = c.early_stopping.without_fall;
  if (c.early_stopping.best) {
    add(file, "best/", c.early_stopping.best->weights);
    state["best"] = {{"score", c.early_stopping.best->score}, {"iteration", c.early_stopping.best->iteration}};
  }
  file.metadata["sslhost_checkpoint"] = state.dump();
  save_safetensors(path, file);
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  const auto file = load_safetensors(path);
  Checkpoint c;
  try {
    const auto state = nlohmann::json::parse(file.metadata.at("sslhost_checkpoint"));
    if (state.at("format") != kFormat)
      throw Error(ExitCode::storage,
                  {path.string(), "checkpoint format " + std::to_string(kFormat),
                   state.at("format").dump(), "resume with the version that wrote it"});
    c.position = {state.at("phase"),   state.at("iteration"),          state.at("total"),
                  state.at("seconds"), state.at("evaluation_seconds"), state.at("weights_of")};
    c.split_hash = state.at("split_hash");
    c.options = state.at("options").get<RecordedOptions>();
    const auto& metrics = state.at("metrics");
    c.metrics = {metrics.at("jsonl"), metrics.at("csv"), metrics.at("events"),
                 metrics.at("events_file")};
    c.early_stopping.without_fall = state.at("without_fall");
    c.early_stopping.window = below(file, "look/");
    if (state.contains("best"))
      c.early_stopping.best =
          Best{state["best"].at("score"), state["best"].at("iteration"), below(file, "best/")};
    c.flags = {state.at("evaluating"), state.at("fixed")};
    const auto log = below(file, "log/");
    for (const auto& name : state.at("log_order"))
      for (const auto& entry : log)
        if (entry.first == name.get<std::string>()) c.mean_log.push_back(entry);
  } catch (const std::exception& error) {
    if (const auto* ours = dynamic_cast<const Error*>(&error)) throw *ours;
    throw Error(ExitCode::storage, {path.string(), "a checkpoint of sslhost", error.what(),
                                    "name another run folder"});
  }
  c.model = below(file, "model/");
  c.optimizers = below(file, "optimizer/");
  return c;
}

}  // namespace sslhost::host
