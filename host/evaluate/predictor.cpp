// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/predictor.hpp"

#include <bit>
#include <sstream>

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include "host/loading/guard.hpp"

namespace sslhost::host {

int64_t Predictor::piece() const {
  const auto& task = registry_.task();
  if (!task.device.is_cpu()) return 1000;
  constexpr int64_t kMost = 256, kNumbers = 1 << 18;
  const auto fit = std::clamp<int64_t>(kNumbers / task.inputs(), 1, kMost);
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(fit)));
}

Tensor Predictor::operator()(const Tensor& images) const {
  const auto count = images.size(0), whole = piece();
  if (!images.is_cpu() || count >= whole) return logits_of(images);
  auto filled = images.sizes().vec();
  filled[0] = whole - count;
  return logits_of(at::cat({images, at::zeros(filled, images.options())})).narrow(0, 0, count);
}

Tensor Predictor::logits_of(const Tensor& images) const {
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
