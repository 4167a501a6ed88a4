// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/fused_optimizer.hpp"

#include <limits>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>

#include "host/trainer/optimizers.hpp"

namespace sslhost::host {

namespace {

/// What counts as a fall of the value that a plateau schedule looks at, as in PyTorch.
constexpr double kThreshold = 1e-4;

/// Gradients shortened to that norm over all of them; shorter ones are left alone.
std::vector<Tensor> clipped(const std::vector<Tensor>& gradients, double longest) {
  const auto norm = at::linalg_vector_norm(at::stack(at::_foreach_norm(gradients, 2)), 2);
  // The norm may be NaN in an update that is skipped.
  return at::_foreach_mul(gradients, norm.add(1e-6).reciprocal_().mul_(longest).clamp_max_(1));
}

/// The fused kernels walk through memory: a gradient must lie there as its parameter does. That of
/// a convolution of channels_last images, or of a sum, does not.
Tensor laid_out_as(const Tensor& parameter, const Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) return gradient;
  return at::empty_like(parameter).copy_(gradient);
}

}  // namespace

FusedOptimizer::FusedOptimizer(std::string name, std::vector<Tensor> parameters,
                               const OptimizerOptions& options)
    : options_(options), name_(std::move(name)), parameters_(std::move(parameters)) {
  TORCH_CHECK(!parameters_.empty(), "optimizer '", name_, "' has no parameters");
  const auto floats = at::dtype(at::kFloat).device(parameters_.front().device());
  rate_ = at::zeros({}, floats);
  steps_ = at::zeros({static_cast<int64_t>(parameters_.size())}, floats);
  steps_of_each_ = steps_.unbind();
  plateau_ = at::empty({3}, at::dtype(at::kDouble).device(at::kCPU));
  forget_looks();
}

std::vector<Tensor> FusedOptimizer::zeros() const {
  std::vector<Tensor> all;
  for (const auto& p : parameters_) all.push_back(at::zeros_like(p));
  return all;
}

void FusedOptimizer::set_rate(int64_t iteration, int64_t iterations) {
  const double factor = plateau_.const_data_ptr<double>()[2];
  host_rate_ = factor * rate_at(options_.schedule, options_.rate, iteration, iterations);
  rate_.fill_(host_rate_);
}

void FusedOptimizer::look(double value) {
  if (!waits_for_looks()) return;
  const auto& schedule = options_.schedule;
  auto* state = plateau_.mutable_data_ptr<double>();
  double &best = state[0], &bad_looks = state[1], &factor = state[2];
  if (value < best * (1 - kThreshold)) {
    best = value;
    bad_looks = 0;
  } else if (++bad_looks > static_cast<double>(schedule.patience)) {
    factor *= schedule.factor;
    bad_looks = 0;
  }
}

bool FusedOptimizer::waits_for_looks() const {
  return options_.schedule.kind == ScheduleOptions::Kind::plateau;
}

void FusedOptimizer::forget_looks() {
  used_ = false;
  auto* state = plateau_.mutable_data_ptr<double>();
  state[0] = std::numeric_limits<double>::infinity();
  state[1] = 0;
  state[2] = 1;
}

void FusedOptimizer::update(const std::vector<Tensor>& gradients, const Tensor& skip) {
  at::NoGradGuard no_grad;
  Lists lists;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!gradients[i].defined()) continue;
    lists.parameters.push_back(parameters_[i]);
    lists.gradients.push_back(laid_out_as(parameters_[i], gradients[i]));
    if (!first_.empty()) lists.first.push_back(first_[i]);
    if (!second_.empty()) lists.second.push_back(second_[i]);
    lists.steps.push_back(steps_of_each_[i]);
  }
  if (lists.parameters.empty()) return;
  used_ = true;
  if (options_.clip > 0) lists.gradients = clipped(lists.gradients, options_.clip);
  count(lists.steps, skip);
  fused(lists, skip);
  // The fused kernels do not raise version counters: without this a graph built before the update
  // would give stale gradients.
  for (const auto& p : lists.parameters) p.unsafeGetTensorImpl()->bump_version();
}

void FusedOptimizer::count(const std::vector<Tensor>& updated, const Tensor& skip) {
  if (updated.size() == parameters_.size()) {
    steps_.add_(1).sub_(skip);
  } else {
    for (const auto& steps : updated) steps.add_(1).sub_(skip);
  }
}

std::vector<std::pair<std::string, Tensor>> FusedOptimizer::state() const {
  std::vector<std::pair<std::string, Tensor>> all = {{name_ + ".steps", steps_},
                                                     {name_ + ".plateau", plateau_}};
  for (size_t i = 0; i < first_.size(); ++i)
    all.emplace_back(name_ + ".first." + std::to_string(i), first_[i]);
  for (size_t i = 0; i < second_.size(); ++i)
    all.emplace_back(name_ + ".second." + std::to_string(i), second_[i]);
  return all;
}

std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Tensor> parameters,
                                               const OptimizerOptions& options) {
  using Kind = OptimizerOptions::Kind;
  switch (options.kind) {
    case Kind::sgd:
      return std::make_unique<Sgd>(std::move(name), std::move(parameters), options);
    case Kind::adadelta:
      return std::make_unique<Adadelta>(std::move(name), std::move(parameters), options);
    case Kind::adam:
    case Kind::adamw:
      break;
  }
  return std::make_unique<Adam>(std::move(name), std::move(parameters), options);
}

}  // namespace sslhost::host
