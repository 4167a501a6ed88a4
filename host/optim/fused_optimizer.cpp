// SPDX-License-Identifier: Apache-2.0
#include "host/optim/fused_optimizer.hpp"

#include <functional>
#include <limits>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>

#include "host/operators/operators.hpp"
#include "host/optim/optimizers.hpp"

namespace sslhost::host {

namespace {

/// What counts as a fall of the monitored value, relative, as in PyTorch.
constexpr double kThreshold = 1e-4;

/// Shortens the gradients of all groups to that norm over all of them; shorter ones are left alone.
template <class Lists>
void clip(std::vector<Lists>& groups, double longest) {
  std::vector<Tensor> all;
  for (const auto& lists : groups)
    all.insert(all.end(), lists.gradients.begin(), lists.gradients.end());
  if (all.empty()) return;
  const auto norm = at::linalg_vector_norm(at::stack(at::_foreach_norm(all, 2)), 2);
  // The norm may be NaN in an update that is left out.
  const auto factor = norm.add(1e-6).reciprocal_().mul_(longest).clamp_max_(1);
  for (auto& lists : groups)
    if (!lists.gradients.empty()) lists.gradients = at::_foreach_mul(lists.gradients, factor);
}

/// The fused kernels walk through memory: a gradient must lie there as its parameter does. That of
/// a convolution of channels_last images, or of a sum, does not.
Tensor laid_out_as(const Tensor& parameter, const Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) return gradient;
  return at::empty_like(parameter).copy_(gradient);
}

}  // namespace

FusedOptimizer::FusedOptimizer(std::string name, std::vector<Group> groups,
                               const OptimizerOptions& options)
    : options_(options), name_(std::move(name)), groups_(std::move(groups)) {
  for (const auto& group : groups_)
    parameters_.insert(parameters_.end(), group.parameters.begin(), group.parameters.end());
  TORCH_CHECK(!parameters_.empty(), "optimizer '", name_, "' has no parameters");
  const auto floats = at::dtype(at::kFloat).device(parameters_.front().device());
  for (auto& group : groups_) group.learning_rate = at::zeros({}, floats);
  steps_ = at::zeros({static_cast<int64_t>(parameters_.size())}, floats);
  steps_of_each_ = steps_.unbind();
  plateau_ = at::ones({3}, at::dtype(at::kDouble).device(at::kCPU));
  restart_plateau();
}

std::vector<Tensor> FusedOptimizer::zeros() const {
  std::vector<Tensor> all;
  for (const auto& p : parameters_) all.push_back(at::zeros_like(p));
  return all;
}

void FusedOptimizer::set_learning_rate(int64_t iteration, int64_t iterations) {
  const double factor = plateau_.const_data_ptr<double>()[2];
  learning_rate_ =
      factor * learning_rate_at(options_.schedule, options_.learning_rate, iteration, iterations);
  for (auto& group : groups_) {
    const double rate = group.learning_rate_factor * learning_rate_;
    if (group.learning_rate.is_cpu())  // an operator would cost more than the number
      *group.learning_rate.mutable_data_ptr<float>() = static_cast<float>(rate);
    else
      group.learning_rate.fill_(rate);
  }
}

std::vector<Tensor> FusedOptimizer::learning_rates() const {
  std::vector<Tensor> all;
  for (const auto& group : groups_) all.push_back(group.learning_rate);
  return all;
}

void FusedOptimizer::check(double value) {
  if (!has_plateau_schedule() || !used()) return;
  const auto& schedule = options_.schedule;
  auto* state = plateau_.mutable_data_ptr<double>();
  double &best = state[0], &without_fall = state[1], &factor = state[2];
  if (value < best * (1 - kThreshold)) {
    best = value;
    without_fall = 0;
  } else if (++without_fall > static_cast<double>(schedule.patience)) {
    factor *= schedule.factor;
    without_fall = 0;
  }
}

bool FusedOptimizer::has_plateau_schedule() const {
  return options_.schedule.kind == ScheduleOptions::Kind::plateau;
}

void FusedOptimizer::restart_plateau() {
  auto* state = plateau_.mutable_data_ptr<double>();
  state[0] = std::numeric_limits<double>::infinity();
  state[1] = -1;
  if (options_.schedule.over == ScheduleOptions::Over::phase) state[2] = 1;
}

std::vector<FusedOptimizer::Lists> FusedOptimizer::lists_of(
    const std::vector<Tensor>& gradients) const {
  std::vector<Lists> all;
  size_t i = 0;
  for (const auto& group : groups_) {
    auto& lists = all.emplace_back();
    for (size_t end = i + group.parameters.size(); i < end; ++i) {
      if (!gradients[i].defined()) continue;
      lists.parameters.push_back(parameters_[i]);
      lists.gradients.push_back(laid_out_as(parameters_[i], gradients[i]));
      if (!first_.empty()) lists.first.push_back(first_[i]);
      if (!second_.empty()) lists.second.push_back(second_[i]);
      lists.steps.push_back(steps_of_each_[i]);
    }
  }
  return all;
}

void FusedOptimizer::update(const std::vector<Tensor>& gradients, const Tensor& found_inf) {
  at::NoGradGuard no_grad;
  auto all = lists_of(gradients);
  if (options_.clip > 0) clip(all, options_.clip);
  for (size_t i = 0; i < all.size(); ++i) {
    auto& lists = all[i];
    if (lists.parameters.empty()) continue;
    if (!used()) plateau_.mutable_data_ptr<double>()[1] = 0;
    count(lists.steps, found_inf);
    fused(lists, groups_[i], found_inf);
    // The fused kernels do not raise version counters: without this a graph built before the update
    // would give stale gradients.
    for (const auto& p : lists.parameters) p.unsafeGetTensorImpl()->bump_version();
  }
}

void FusedOptimizer::count(const std::vector<Tensor>& updated, const Tensor& found_inf) {
  const bool all = updated.size() == parameters_.size();
  operators::count_steps(all ? std::vector<Tensor>{steps_} : updated, found_inf);
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

std::vector<Group> with_weight_decay(std::vector<Group> groups, const OptimizerOptions& options) {
  for (auto& group : groups) group.weight_decay = options.weight_decay;
  if (options.decay_biases || options.weight_decay == 0) return groups;
  std::vector<Group> all;
  for (auto& group : groups) {
    Group weights = group, others = group;
    const auto is_weight = [](const Tensor& p) { return p.dim() > 1; };
    std::erase_if(weights.parameters, std::not_fn(is_weight));
    std::erase_if(others.parameters, is_weight);
    others.weight_decay = 0;
    for (auto* part : {&weights, &others})
      if (!part->parameters.empty()) all.push_back(std::move(*part));
  }
  return all;
}

std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Group> groups,
                                               const OptimizerOptions& options) {
  groups = with_weight_decay(std::move(groups), options);
  using Kind = OptimizerOptions::Kind;
  switch (options.kind) {
    case Kind::sgd:
      return std::make_unique<Sgd>(std::move(name), std::move(groups), options);
    case Kind::adadelta:
      return std::make_unique<Adadelta>(std::move(name), std::move(groups), options);
    case Kind::adam:
    case Kind::adamw:
      break;
  }
  return std::make_unique<Adam>(std::move(name), std::move(groups), options);
}

std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Tensor> parameters,
                                               const OptimizerOptions& options) {
  std::vector<Group> groups(1);
  groups.front().parameters = std::move(parameters);
  return make_optimizer(std::move(name), std::move(groups), options);
}

}  // namespace sslhost::host
