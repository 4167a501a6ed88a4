// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/fused_optimizer.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>

namespace sslhost::host {

namespace {

class Adam final : public FusedOptimizer {
 public:
  Adam(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options)
      : FusedOptimizer(std::move(name), std::move(parameters), options) {
    for (const auto& p : this->parameters()) {
      first_.push_back(at::zeros_like(p));
      second_.push_back(at::zeros_like(p));
    }
  }

 private:
  void fused(Lists& l, const Tensor& skip) override {
    const auto& o = options_;
    at::_fused_adam_(l.parameters, l.gradients, l.first, l.second, {}, l.steps, rate_, o.beta1,
                     o.beta2, o.weight_decay, o.epsilon, /*amsgrad=*/false, /*maximize=*/false,
                     /*grad_scale=*/{}, skip);
  }
};

class Sgd final : public FusedOptimizer {
 public:
  Sgd(std::string name, std::vector<Tensor> parameters, const OptimizerOptions& options)
      : FusedOptimizer(std::move(name), std::move(parameters), options) {
    if (options.momentum == 0) return;  // the kernel then wants no buffers
    for (const auto& p : this->parameters()) first_.push_back(at::zeros_like(p));
  }

 private:
  void fused(Lists& l, const Tensor& skip) override {
    const auto& o = options_;
    // From zero buffers the first step needs no flag of its own: momentum·0 + gradient is what it
    // would set.
    at::_fused_sgd_(
        l.parameters, l.gradients, l.first, o.weight_decay, o.momentum, rate_, /*dampening=*/0.0,
        /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false, /*grad_scale=*/{}, skip);
  }
};

}  // namespace

FusedOptimizer::FusedOptimizer(std::string name, std::vector<Tensor> parameters,
                               const OptimizerOptions& options)
    : options_(options), name_(std::move(name)), parameters_(std::move(parameters)) {
  TORCH_CHECK(!parameters_.empty(), "optimizer '", name_, "' has no parameters");
  const auto scalar = at::dtype(at::kFloat).device(parameters_.front().device());
  rate_ = at::zeros({}, scalar);
  steps_ = at::zeros({}, scalar);
}

void FusedOptimizer::set_rate(int64_t iteration, int64_t iterations) {
  rate_.fill_(rate_at(options_.schedule, options_.rate, iteration, iterations));
}

void FusedOptimizer::update(const std::vector<Tensor>& gradients, const Tensor& skip) {
  at::NoGradGuard no_grad;
  Lists lists;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    if (!gradients[i].defined()) continue;
    lists.parameters.push_back(parameters_[i]);
    lists.gradients.push_back(gradients[i]);
    if (!first_.empty()) lists.first.push_back(first_[i]);
    if (!second_.empty()) lists.second.push_back(second_[i]);
    lists.steps.push_back(steps_);
  }
  if (lists.parameters.empty()) return;
  steps_.add_(1).sub_(skip);
  fused(lists, skip);
  // The fused kernels do not raise version counters: without this a graph built before the update
  // would give stale gradients.
  for (const auto& p : lists.parameters) p.unsafeGetTensorImpl()->bump_version();
}

std::vector<std::pair<std::string, Tensor>> FusedOptimizer::state() const {
  std::vector<std::pair<std::string, Tensor>> all = {{name_ + ".steps", steps_}};
  for (size_t i = 0; i < first_.size(); ++i)
    all.emplace_back(name_ + ".first." + std::to_string(i), first_[i]);
  for (size_t i = 0; i < second_.size(); ++i)
    all.emplace_back(name_ + ".second." + std::to_string(i), second_[i]);
  return all;
}

std::unique_ptr<FusedOptimizer> make_optimizer(std::string name, std::vector<Tensor> parameters,
                                               const OptimizerOptions& options) {
  if (options.kind == OptimizerOptions::Kind::adam)
    return std::make_unique<Adam>(std::move(name), std::move(parameters), options);
  return std::make_unique<Sgd>(std::move(name), std::move(parameters), options);
}

}  // namespace sslhost::host
