// SPDX-License-Identifier: Apache-2.0
#include "host/model/initial_weights.hpp"

#include <optional>
#include <utility>

#include <ATen/ops/from_blob.h>

#include "sslhost/error.hpp"

#include "host/discovery/content_hash.hpp"
#include "host/encode/network_weights.hpp"
#include "host/encode/pretrained.hpp"
#include "host/model/model_file.hpp"
#include "host/model/named_tensors.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::host {

namespace {

constexpr const char* kModel = "sslhost_model";  // metadata of a run's model

/// Of the published network of that name, with the pictures that it expects.
InitialWeights published(const std::string& network, NamedTensors tensors) {
  const auto input = pretrained_input(network);
  return {.network = network,
          .tensors = std::move(tensors),
          .head = head_of(network),
          .classes = {},
          .shape = {3, input->side, input->side},
          .mean = input->mean,
          .std = input->std};
}

/// A linear classifier saw (f − mean) / std: the same logits from f itself.
void add_linear_head(const ModelFile& model, InitialWeights& weights) {
  const TensorFile own = {.tensors = below(model.tensors, model.predictor->name + ".head.")};
  auto weight = own.find("weight"), bias = own.find("bias");
  if (!weight.defined() || !bias.defined()) return;
  if (model.scale.normalizes()) {
    weight = weight / model.scale.std.view({1, -1});
    bias = bias - weight.mv(model.scale.mean.view({-1}));
  }
  weights.tensors.emplace_back(weights.head + ".weight", weight);
  weights.tensors.emplace_back(weights.head + ".bias", bias);
  weights.classes = model.classes;
}

InitialWeights of_run(const std::filesystem::path& file) {
  const auto model = load_model_file(file, c10::kCPU);
  const auto& predictor = model.predictor;
  if (model.encoder) {
    if (!pretrained_input(model.encoder->network))
      throw Error(ExitCode::storage, {file.string(), "an encoder for photos",
                                      model.encoder->network, "name another model"});
    auto weights = published(model.encoder->network, model.encoder->tensors);
    if (predictor && predictor->model == "linear") add_linear_head(model, weights);
    return weights;
  }
  if (!predictor)
    throw Error(ExitCode::storage,
                {file.string(), "a model in which one network predicts",
                 "one of method " + model.method + ", which predicts by itself",
                 "name a run of vat, fixmatch, mean-teacher, sgan or supervised"});
  const auto& t = model.task;
  return {.network = predictor->model,
          .tensors = below(model.tensors, predictor->name + "."),
          .head = head_of(predictor->model),
          .classes = model.classes,
          .shape = {t.channels, t.height, t.width},
          .mean = model.scale.means(),
          .std = model.scale.stds()};
}

std::optional<std::filesystem::path> run_folder(const std::string& source) {
  std::error_code ignored;
  if (weights_named(source) || !std::filesystem::is_directory(source, ignored)) return std::nullopt;
  return find_model_file(source);
}

bool is_model(const std::filesystem::path& file) {
  return load_safetensors(file).metadata.contains(kModel);
}

}  // namespace

InitialWeights load_initial_weights(const std::string& source) {
  const auto run = run_folder(source);
  const auto file = run ? *run : std::filesystem::path(source);
  if (run || (source.ends_with(".safetensors") && is_model(file))) {
    auto weights = of_run(file);
    weights.file = file;
    weights.checksum = content_hash(file);
    return weights;
  }
  auto given = load_pretrained(source);
  auto weights = published(given.network, std::move(given.tensors));
  weights.file = std::move(given.file);
  weights.checksum = std::move(given.checksum);
  return weights;
}

void keep_head_of(InitialWeights& weights, const std::vector<std::string>& classes) {
  if (weights.classes == classes) return;
  NamedTensors kept;
  for (auto& [name, tensor] : weights.tensors)
    if (name.starts_with(weights.head + "."))
      weights.left_out.push_back(name);
    else
      kept.emplace_back(name, tensor);
  weights.tensors = std::move(kept);
}

}  // namespace sslhost::host
