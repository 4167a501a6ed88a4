// SPDX-License-Identifier: Apache-2.0
// Zeiler 2012, arXiv:1212.5701v1, algorithm 1, with a rate, as in Keras and PyTorch:
//   s ← ρs + (1 − ρ)g²,  δ = √((a + ε)/(s + ε))·g,  a ← ρa + (1 − ρ)δ²,  w ← w − rate·δ.
#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/_foreach_sub.h>
#include <ATen/ops/where.h>

#include "host/optim/optimizers.hpp"
#include "sdk/src/base/widths.hpp"

namespace sslhost::host {

namespace {

struct Constants {
  float rate, rho, epsilon, weight_decay;
};

/// Divisions and roots are most of the time. They are vectorized with the flags that
/// host/CMakeLists.txt has for this file, and eight times slower without.
SSLHOST_CLONES("arch=x86-64-v4", "avx2")
void update_part(float* __restrict w, const float* __restrict gradient, float* __restrict s,
                 float* __restrict a, int64_t n, const Constants& c) {
  const float rest = 1 - c.rho;
  for (int64_t i = 0; i < n; ++i) {
    const float g = gradient[i] + c.weight_decay * w[i];
    s[i] = c.rho * s[i] + rest * g * g;
    const float change = std::sqrt((a[i] + c.epsilon) / (s[i] + c.epsilon)) * g;
    a[i] = c.rho * a[i] + rest * change * change;
    w[i] -= c.rate * change;
  }
}

bool plain(const Tensor& t) { return t.scalar_type() == at::kFloat && t.is_contiguous(); }

}  // namespace

Adadelta::Adadelta(std::string name, std::vector<Group> groups, const OptimizerOptions& options)
    : FusedOptimizer(std::move(name), std::move(groups), options) {
  first_ = zeros();
  second_ = zeros();
}

void Adadelta::fused(Lists& l, const Group& group, const Tensor& found_inf) {
  const bool loop =
      found_inf.is_cpu() && std::all_of(l.parameters.begin(), l.parameters.end(), plain);
  loop ? in_one_loop(l, group, found_inf) : by_lists(l, group, found_inf);
}

void Adadelta::in_one_loop(Lists& l, const Group& group, const Tensor& found_inf) const {
  if (*found_inf.const_data_ptr<float>() != 0) return;
  const Constants c{*group.learning_rate.const_data_ptr<float>(), static_cast<float>(options_.rho),
                    static_cast<float>(options_.adadelta_epsilon),
                    static_cast<float>(group.weight_decay)};
  constexpr int64_t kGrain = 1 << 14;
  for (size_t i = 0; i < l.parameters.size(); ++i) {
    const auto gradient = l.gradients[i].contiguous();
    auto* w = l.parameters[i].mutable_data_ptr<float>();
    const auto* g = gradient.const_data_ptr<float>();
    auto* s = l.first[i].mutable_data_ptr<float>();
    auto* a = l.second[i].mutable_data_ptr<float>();
    at::parallel_for(0, gradient.numel(), kGrain, [&](int64_t from, int64_t to) {
      update_part(w + from, g + from, s + from, a + from, to - from, c);
    });
  }
}

void Adadelta::by_lists(Lists& l, const Group& group, const Tensor& found_inf) const {
  const auto& o = options_;
  // A skipped gradient may be NaN, and NaN·0 is NaN: it is replaced, not multiplied away.
  std::vector<Tensor> g;
  for (const auto& gradient : l.gradients) g.push_back(at::where(found_inf > 0, 0, gradient));
  if (group.weight_decay > 0) at::_foreach_add_(g, l.parameters, group.weight_decay);
  const auto keep = found_inf.mul(1 - o.rho).add_(o.rho);  // ρ, or 1 where nothing may change
  const auto take = found_inf.neg().add_(1).mul_(1 - o.rho);
  const auto decay = [&](std::vector<Tensor>& mean, const std::vector<Tensor>& value) {
    auto square = at::_foreach_mul(value, value);
    at::_foreach_mul_(square, take);
    at::_foreach_mul_(mean, keep);
    at::_foreach_add_(mean, square);
  };
  decay(l.first, g);
  auto change = at::_foreach_add(l.second, o.adadelta_epsilon);
  at::_foreach_div_(change, at::_foreach_add(l.first, o.adadelta_epsilon));
  at::_foreach_sqrt_(change);
  at::_foreach_mul_(change, g);
  decay(l.second, change);
  at::_foreach_mul_(change, group.learning_rate.mul(found_inf.neg().add_(1)));
  at::_foreach_sub_(l.parameters, change);
}

}  // namespace sslhost::host
