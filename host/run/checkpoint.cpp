// SPDX-License-Identifier: Apache-2.0
#include "host/run/checkpoint.hpp"

#include <utility>

#include "sslhost/error.hpp"

#include "host/model/named_tensors.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::host {

namespace {

constexpr const char* kState = "sslhost_checkpoint";  // in the metadata

void add(TensorFile& file, const std::string& prefix, const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) file.tensors.emplace_back(prefix + name, tensor);
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& c) {
  TensorFile file;
  add(file, "model/", c.model);
  add(file, "optimizer/", c.optimizers);
  add(file, "log/", c.mean_log);
  add(file, "judged/", c.judged_log);
  add(file, "look/", c.early_stopping.window);
  CheckpointState state = {.position = c.position,
                           .split_hash = c.split_hash,
                           .options = c.options,
                           .flags = c.flags,
                           .log_order = {},
                           .metrics = c.metrics,
                           .without_fall = c.early_stopping.without_fall,
                           .best = {}};
  // Tensors are stored by name; means are written in the order in which they were first logged.
  for (const auto& [name, unused] : c.mean_log) state.log_order.push_back(name);
  if (const auto& best = c.early_stopping.best) {
    add(file, "best/", best->weights);
    state.best = {best->score, best->iteration};
  }
  file.metadata[kState] = to_json(state);
  save_safetensors(path, file);
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  const auto file = load_safetensors(path);
  const auto text = file.metadata.find(kState);
  if (text == file.metadata.end())
    throw Error(ExitCode::storage, {path.string(), "a checkpoint of sslhost",
                                    "a file of other tensors", "name another run folder"});
  auto state = read_checkpoint_state(text->second, path);
  Checkpoint c;
  c.position = state.position;
  c.split_hash = std::move(state.split_hash);
  c.options = std::move(state.options);
  c.metrics = std::move(state.metrics);
  c.flags = std::move(state.flags);
  c.early_stopping.without_fall = state.without_fall;
  c.early_stopping.window = below(file.tensors, "look/");
  if (state.best)
    c.early_stopping.best =
        Best{state.best->score, state.best->iteration, below(file.tensors, "best/")};
  const auto log = below(file.tensors, "log/");
  for (const auto& name : state.log_order)
    for (const auto& entry : log)
      if (entry.first == name) c.mean_log.push_back(entry);
  c.judged_log = below(file.tensors, "judged/");
  c.model = below(file.tensors, "model/");
  c.optimizers = below(file.tensors, "optimizer/");
  return c;
}

}  // namespace sslhost::host
