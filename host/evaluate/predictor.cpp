// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/predictor.hpp"

#include <bit>
#include <sstream>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include "host/loading/guard.hpp"

namespace sslhost::host {

namespace {

/// Calls `f` with rows of which there are `whole` always, filled up with zeros: which kernels a
/// product goes by depends on its size.
template <class F>
Tensor with_whole(const Tensor& rows, int64_t whole, F&& f) {
  const auto count = rows.size(0);
  if (!rows.is_cpu() || count >= whole) return f(rows);
  auto filled = rows.sizes().vec();
  filled[0] = whole - count;
  return f(at::cat({rows, at::zeros(filled, rows.options())})).narrow(0, 0, count);
}

}  // namespace

Predictor::Predictor(const Registry& registry, Method* method, std::string id)
    : registry_(registry), method_(method), id_(std::move(id)) {
  if (const auto* named = registry.predictor()) inference_ = inference_of(*named->backbone);
}

int64_t Predictor::piece() const {
  const auto& task = registry_.task();
  if (!task.device.is_cpu()) return 1000;
  constexpr int64_t kMost = 256, kNumbers = 1 << 18;
  const auto fit = std::clamp<int64_t>(kNumbers / task.inputs(), 1, kMost);
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(fit)));
}

Tensor Predictor::operator()(const Tensor& images) const {
  if (!inference_)
    return with_whole(images, piece(), [this](const Tensor& whole) { return ask(whole); });
  const at::NoGradGuard no_gradients;
  auto& backbone = *registry_.predictor()->backbone;
  return with_whole(inference_->features(images), piece(),
                    [&](const Tensor& features) { return backbone.head(features); });
}

Tensor Predictor::ask(const Tensor& images) const {
  const auto logits = guarded(id_, "predict", -1, [&] {
    const auto* named = registry_.predictor();
    return named ? Network(named->backbone)(images) : method_->predict(images);
  });
  const int64_t expected[] = {images.size(0), registry_.task().classes};
  if (logits.defined() && logits.sizes() == IntArrayRef(expected)) return logits;
  std::ostringstream wanted, found;
  wanted << "logits " << IntArrayRef(expected);
  if (logits.defined()) found << logits.sizes();
  throw Error(ExitCode::plugin,
              {"method " + id_ + ", predict()", wanted.str(),
               logits.defined() ? found.str() : "an undefined tensor", "fix the method"});
}

}  // namespace sslhost::host
