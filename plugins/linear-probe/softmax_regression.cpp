// SPDX-License-Identifier: Apache-2.0
#include "softmax_regression.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

namespace linear_probe {

namespace {

using at::Tensor;

double dot(const Tensor& a, const Tensor& b) { return (a * b).sum().item<double>(); }
double largest(const Tensor& a) { return a.abs().max().item<double>(); }

/// Eq. 1 as a function of one matrix [D+1,K]: weights, and biases in its last row.
class Objective {
 public:
  Objective(const Tensor& x, const Tensor& one_hot, double l2)
      : x_(at::cat({x, at::ones({x.size(0), 1}, x.options())}, 1)),
        one_hot_(one_hot),
        penalty_(at::full({x_.size(1), 1}, l2, x.options())) {
    penalty_[-1].zero_();  // biases are free
  }
  Tensor start() const { return at::zeros({x_.size(1), one_hot_.size(1)}, x_.options()); }

  double value(const Tensor& theta) const {
    const auto logits = x_.mm(theta);
    const auto loss = (logits.logsumexp(1) - (logits * one_hot_).sum(1)).sum();
    return (loss + 0.5 * (penalty_ * theta * theta).sum()).item<double>();
  }
  /// Also looks at the curvature here.
  Tensor gradient(const Tensor& theta) {
    probabilities_ = x_.mm(theta).softmax(1);
    return x_.t().mm(probabilities_ - one_hot_) + penalty_ * theta;
  }
  /// The Hessian where gradient() was asked for last, times v.
  Tensor curvature(const Tensor& v) const {
    const auto moved = probabilities_ * x_.mm(v);
    return x_.t().mm(moved - probabilities_ * moved.sum(1, true)) + penalty_ * v;
  }

 private:
  Tensor x_, one_hot_, penalty_, probabilities_;
};

/// −H⁻¹g, as far as is worth while at a gradient of this size (J. Nocedal, S. Wright, "Numerical
/// Optimization", 2006, algorithm 7.1).
Tensor newton_step(const Objective& objective, const Tensor& gradient) {
  const double length = std::sqrt(dot(gradient, gradient));
  const double enough = std::min(0.1, std::sqrt(length)) * length;
  auto step = at::zeros_like(gradient), residual = gradient.neg(), direction = residual;
  double square = length * length;
  for (int64_t i = 0; i < 10 * gradient.numel() && std::sqrt(square) > enough; ++i) {
    const auto bent = objective.curvature(direction);
    const double along = dot(direction, bent);
    if (!(along > 0)) break;  // as flat as float64 can tell
    step = step + (square / along) * direction;
    residual = residual - (square / along) * bent;
    const double next = dot(residual, residual);
    direction = residual + (next / square) * direction;
    square = next;
  }
  return step;
}

/// Half of the step, half of that, ... until the value falls as it should; near the minimum it no
/// longer does beyond rounding.
Tensor descend(const Objective& objective, const Tensor& theta, const Tensor& step, double slope) {
  const double before = objective.value(theta), rounding = 1e-13 * std::abs(before);
  double length = 1;
  while (length > 1e-9 &&
         !(objective.value(theta + length * step) <= before + 1e-4 * length * slope + rounding))
    length /= 2;
  return theta + length * step;
}

Tensor minimum(Objective& objective, double smallest) {
  constexpr int kSteps = 200;
  auto theta = objective.start();
  double found = 0;
  for (int i = 0; i < kSteps; ++i) {
    const auto gradient = objective.gradient(theta);
    found = largest(gradient);
    if (found <= smallest) return theta;
    const auto step = newton_step(objective, gradient);
    theta = descend(objective, theta, step, dot(gradient, step));
  }
  throw sslhost::Error(
      sslhost::ExitCode::diverged,
      {"method linear-probe",
       "a gradient of at most " + sslhost::to_text(smallest) + " after " + std::to_string(kSteps) +
           " Newton steps",
       sslhost::to_text(found), "raise --l2 or --tolerance, or --standardize the samples"});
}

}  // namespace

Linear softmax_regression(const Tensor& x, const Tensor& y, int64_t classes, double l2,
                          double tolerance) {
  constexpr double kNever = -100;
  const auto all = y.unsqueeze(1).eq(at::arange(classes, y.options()));  // [N,K]
  const auto present = all.any(0).nonzero().squeeze(1);
  Objective objective(x, all.index_select(1, present).to(at::kDouble), l2);
  const double unit = std::max(1.0, largest(x)) * static_cast<double>(x.size(0));
  const auto theta = minimum(objective, tolerance * unit);
  const auto bias = theta[-1];
  const Linear linear = {at::zeros({classes, x.size(1)}, x.options()),
                         at::full({classes}, kNever, x.options())};
  linear.weight.index_copy_(0, present, theta.narrow(0, 0, x.size(1)).t());
  linear.bias.index_copy_(0, present, bias - bias.mean());
  return linear;
}

}  // namespace linear_probe
