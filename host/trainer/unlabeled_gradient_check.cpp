// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/unlabeled_gradient_check.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

namespace sslhost::host {

namespace {
/// Not fewer, and not in the first fifth alone: a ramp starts at zero, Pseudo-Label waits for a
/// tenth of the phase, and pseudo-labels may all be unsure at first.
constexpr size_t kEnough = 4;
constexpr int64_t kFirst = 3, kTenthsBefore = 2;
}  // namespace

UnlabeledGradientCheck::UnlabeledGradientCheck(const Phase& phase, c10::Device device)
    : phase_(phase.name),
      tenth_(std::max<int64_t>(1, phase.iterations / 10)),
      squares_(at::zeros({}, at::dtype(at::kDouble).device(device))) {
  for (const auto& stream : phase.streams)
    if (stream.pool == Pool::unlabeled) streams_.push_back({&stream});
}

void UnlabeledGradientCheck::begin_iteration(int64_t iteration) {
  given_.clear();
  // The middle of a tenth: where a phase begins and ends is where its weights may be zero.
  on_ = !streams_.empty() && (iteration < kFirst || iteration % tenth_ == tenth_ / 2);
  if (on_) checked_.push_back(iteration);
}

Tensor UnlabeledGradientCheck::watched(const Stream& stream, const Tensor& images) {
  const auto* source = images.unsafeGetTensorImpl();
  for (const auto& given : given_)
    if (given.source == source) return given.images;
  for (auto& declared : streams_) declared.read |= declared.stream == &stream;
  // No leaf: a method that writes to one would be told of leaves, not of batches.
  const at::AutoGradMode taking_gradients(true);
  given_.push_back({&stream, source, images.detach().requires_grad_().clone()});
  return given_.back().images;
}

const Stream* UnlabeledGradientCheck::written() const {
  for (const auto& given : given_)
    if (given.images._version() != 0) return given.stream;
  return nullptr;
}

std::vector<Tensor> UnlabeledGradientCheck::images() const {
  std::vector<Tensor> all;
  for (const auto& given : given_) all.push_back(given.images);
  return all;
}

void UnlabeledGradientCheck::note(const std::vector<Tensor>& gradients) {
  at::NoGradGuard no_grad;
  for (const auto& gradient : gradients)
    if (gradient.defined()) squares_.add_(gradient.square().sum());
}

std::vector<std::string> UnlabeledGradientCheck::findings() {
  if (told_ || checked_.size() < kEnough || checked_.back() < kTenthsBefore * tenth_) return {};
  const auto where = "phase '" + phase_ + "'";
  std::vector<std::string> texts;
  for (auto& [stream, read] : streams_) {
    if (!read)
      texts.push_back(where + " declares the unlabeled stream" +
                      (stream->name.empty() ? "" : " '" + stream->name + "'") +
                      " and does not read it");
    read = false;
  }
  if (tells_ && texts.empty() && squares_.item<double>() == 0)
    texts.push_back(where + ": unlabeled images gave no gradient in any of the " +
                    std::to_string(checked_.size()) + " iterations checked, from " +
                    std::to_string(checked_.front() + 1) + " to " +
                    std::to_string(checked_.back() + 1) + "; nothing is learned from them");
  squares_.zero_();
  checked_.clear();
  tells_ = true;
  told_ = !texts.empty();
  return texts;
}

}  // namespace sslhost::host
