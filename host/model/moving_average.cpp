// SPDX-License-Identifier: Apache-2.0
#include "host/model/moving_average.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/_foreach_lerp.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sub.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

namespace {

void swap_values(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  if (a.empty()) return;
  std::vector<Tensor> before;
  for (const auto& tensor : a) before.push_back(tensor.clone());
  at::_foreach_copy_(a, b);
  at::_foreach_copy_(b, before);
}

}  // namespace

MovingAverage::MovingAverage(std::vector<Tensor> averages, std::vector<Tensor> sources,
                             double decay, WarmUp warm_up)
    : least_(1 - decay),
      over_(warm_up == WarmUp::none   ? 0
            : warm_up == WarmUp::mean ? 1
                                      : 9),
      more_(warm_up == WarmUp::tenth ? 10 : 1) {
  TORCH_CHECK(averages.size() == sources.size() && !averages.empty(),
              "one average for each of at least one source");
  for (size_t i = 0; i < averages.size(); ++i) {
    const bool real = averages[i].is_floating_point();
    (real ? averages_ : counts_).push_back(averages[i].detach());
    (real ? sources_ : source_counts_).push_back(sources[i].detach());
  }
  updates_ = at::zeros({}, at::dtype(at::kFloat).device(averages.front().device()));
  least_there_ = at::full_like(updates_, least_);
}

void MovingAverage::set_decay(double decay) {
  least_ = 1 - decay;
  if (!least_there_.is_cpu()) least_there_.fill_(least_);
}

void MovingAverage::update(const Tensor& found_inf) {
  at::NoGradGuard no_grad;
  if (found_inf.is_cpu()) {  // a CPU is not waited for, and one pass over the weights is enough
    if (*found_inf.const_data_ptr<float>() != 0) return;
    const double n = ++*updates_.mutable_data_ptr<float>();
    at::_foreach_lerp_(averages_, sources_, std::max(least_, over_ / (more_ + n)));
  } else {
    const auto go = found_inf.neg().add_(1);
    updates_.add_(go);
    const auto weight =
        updates_.add(more_).reciprocal_().mul_(over_).clamp_min_(least_there_).mul_(go);
    const auto change = at::_foreach_sub(sources_, averages_);
    at::_foreach_mul_(change, weight);
    at::_foreach_add_(averages_, change);
  }
  if (!counts_.empty()) at::_foreach_copy_(counts_, source_counts_);
}

const Tensor* MovingAverage::of(const Tensor& source) const {
  const auto find = [&](const std::vector<Tensor>& from,
                        const std::vector<Tensor>& to) -> const Tensor* {
    for (size_t i = 0; i < from.size(); ++i)
      if (from[i].const_data_ptr() == source.const_data_ptr()) return &to[i];
    return nullptr;
  };
  const auto* found = find(sources_, averages_);
  return found ? found : find(source_counts_, counts_);
}

void MovingAverage::restart() {
  at::NoGradGuard no_grad;
  at::_foreach_copy_(averages_, sources_);
  if (!counts_.empty()) at::_foreach_copy_(counts_, source_counts_);
  updates_.zero_();
}

void MovingAverage::swap() {
  at::NoGradGuard no_grad;
  swap_values(averages_, sources_);
  swap_values(counts_, source_counts_);
}

}  // namespace sslhost::host
