// SPDX-License-Identifier: Apache-2.0
#include "host/export/traced_model.hpp"

#include "host/export/trace.hpp"
#include "host/loading/guard.hpp"
#include "host/model/evaluation_mode.hpp"

namespace sslhost::host {

namespace {

/// Before the names of an encoder's tensors, as in model.safetensors.
constexpr const char* kEncoder = "encoder/";

NamedTensors named_tensors(const LoadedModel& loaded) {
  auto all = loaded.registry->loadable_tensors();
  if (loaded.encoder)
    for (const auto& [name, tensor] : loaded.encoder->tensors())
      all.emplace_back(kEncoder + name, tensor);
  return all;
}

Tensor logits_of(const LoadedModel& loaded, const Tensor& images) {
  auto seen = images;
  if (loaded.encoder) {
    const auto features = loaded.encoder->by_layers(images, loaded.model.encoder->scale);
    seen = features.view({features.size(0), features.size(1), 1, 1});
  }
  const auto scaled = loaded.model.scale(seen);
  const auto* named = loaded.registry->predictor();
  if (named) return Network(named->backbone)(scaled);
  return guarded(loaded.model.method, "predict", -1,
                 [&] { return loaded.method->predict(scaled); });
}

}  // namespace

Operations traced_model(const LoadedModel& loaded) {
  for (auto* module : loaded.registry->modules())
    for (const auto& parameter : module->parameters()) parameter.set_requires_grad(false);
  EvaluationMode mode(*loaded.registry);
  const auto shape = loaded.shape();
  return trace([&](const Tensor& images) { return logits_of(loaded, images); }, shape,
               loaded.takes_pixels() ? at::kByte : at::kFloat, named_tensors(loaded),
               "export of " + loaded.file.string());
}

}  // namespace sslhost::host
