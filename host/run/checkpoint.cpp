// SPDX-License-Identifier: Apache-2.0
#include "host/run/checkpoint.hpp"

#include <stdexcept>

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

/// {"csv": 120, "events": 400, "events_file": "events.out...."}: a name where it is not
/// metrics.KEY.
nlohmann::json json_of(const MetricsState& metrics) {
  auto json = nlohmann::json::object();
  for (const auto& file : metrics.files) {
    json[file.format] = file.bytes;
    if (file.name != "metrics." + file.format) json[file.format + "_file"] = file.name;
  }
  return json;
}

/// What the file says of the formats that there are.
MetricsState metrics_of(const nlohmann::json& json) {
  MetricsState metrics;
  for (const auto& format : metrics_formats()) {
    const std::string key = format.key;
    if (!json.contains(key)) continue;
    const auto name = json.value(key + "_file", "metrics." + key);
    if (!is_file_name(format, name))
      throw std::runtime_error("metrics in '" + name + "', which is no name that a run gives");
    metrics.files.push_back({key, name, json.at(key)});
  }
  return metrics;
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
                          {"metrics", json_of(c.metrics)}};
  add(file, "look/", c.early_stopping.window);
  state["without_fall"] = c.early_stopping.without_fall;
  if (c.early_stopping.best) {
    add(file, "best/", c.early_stopping.best->weights);
    state["best"] = {{"score", c.early_stopping.best->score},
                     {"iteration", c.early_stopping.best->iteration}};
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
    c.metrics = metrics_of(state.at("metrics"));
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
