// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros_like.h>

#include "sslhost/testing.hpp"
#include "sslhost/training/gradients.hpp"

namespace sslhost::testing {

namespace {

/// Of the losses of a step, each with respect to its own optimizer's parameters.
struct Slope {
  std::vector<Tensor> parameters, gradients;
};

double norm(const std::vector<Tensor>& tensors) {
  double squares = 0;
  for (const auto& t : tensors) squares += t.square().sum().item<double>();
  return std::sqrt(squares);
}

Slope slope_of(const FakeStep::Update& update, const FakeBuild& build) {
  Slope slope;
  for (const auto& p : build.parameters(update.optimizer))
    if (p.requires_grad()) slope.parameters.push_back(p);
  slope.gradients =
      gradients(update.loss, slope.parameters, {.keep_graph = true, .allow_unused = true});
  for (size_t i = 0; i < slope.gradients.size(); ++i)
    if (!slope.gradients[i].defined()) slope.gradients[i] = at::zeros_like(slope.parameters[i]);
  return slope;
}

/// Of length 1.
std::vector<Tensor> direction_of(const Slope& slope) {
  std::vector<Tensor> noise, all;
  for (const auto& g : slope.gradients)
    noise.push_back(random::normal(g.sizes(), noise.size() + 1, c10::kCPU));
  const double own = std::max(norm(slope.gradients), 1e-30), others = norm(noise);
  for (size_t i = 0; i < noise.size(); ++i)
    all.push_back(slope.gradients[i] / own + noise[i] / others);
  const double length = norm(all);
  for (auto& d : all) d = d / length;
  return all;
}

void move(const std::vector<Tensor>& parameters, const std::vector<Tensor>& by, double factor) {
  const at::NoGradGuard no_gradients;
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].add_(by[i], factor);
}

/// What a test gave is what it finds afterwards, however a step ends.
struct PutBack {
  FakeStep& step;
  const FakeStep given = step;
  ~PutBack() { step = given; }
};

}  // namespace

Bench::Bench(std::unique_ptr<Method> method, const Task& task, std::string model)
    : build_(task, std::move(model)), method_(std::move(method)) {
  method_->build(build_);
}

Tensor Bench::loss() {
  step_.begin();
  method_->step(step_);
  Tensor sum;
  for (const auto& update : step_.updates())
    if (update.loss.defined()) sum = sum.defined() ? sum + update.loss : update.loss;
  if (!sum.defined())
    throw Error(ExitCode::usage, {"step()", "at least one update by a loss", "none"});
  return sum;
}

double Bench::gradient_error() {
  constexpr double kStep = 1e-2;  // float32 has seven digits; the third derivative costs 1e-4
  loss();
  // All of them first: a graph does not outlive that its parameters are moved.
  std::map<size_t, Slope> slopes;
  for (size_t i = 0; i < step_.updates().size(); ++i)
    if (const auto update = step_.updates()[i]; update.loss.defined())
      slopes.emplace(i, slope_of(update, build_));
  double worst = 0;
  for (const auto& [i, slope] : slopes) {
    const auto direction = direction_of(slope);
    double analytic = 0;
    for (size_t k = 0; k < direction.size(); ++k)
      analytic += (slope.gradients[k] * direction[k]).sum().item<double>();
    const auto loss_at = [&](double factor) {
      move(slope.parameters, direction, factor);
      loss();
      const auto value = step_.updates().at(i).loss.item<double>();
      move(slope.parameters, direction, -factor);
      return value;
    };
    const double numeric = (loss_at(kStep) - loss_at(-kStep)) / (2 * kStep);
    const double size = std::max({std::abs(analytic), std::abs(numeric), 1e-12});
    worst = std::max(worst, std::abs(analytic - numeric) / size);
  }
  return worst;
}

double Bench::unlabeled_gradient(Pick pick) {
  const auto watched = step_.unlabeled(pick).detach().clone().requires_grad_(true);
  const PutBack put_back{step_};
  step_.give_unlabeled(watched, pick);
  const auto found = gradients(loss(), {watched}, {.allow_unused = true});
  return found[0].defined() ? norm({found[0]}) : 0;
}

Tensor finite_differences(const std::function<Tensor(const Tensor&)>& f, const Tensor& x,
                          double h) {
  const auto moved = x.detach().clone().contiguous();
  const auto slopes = at::empty_like(moved);
  const auto flat = moved.view({-1}), all = slopes.view({-1});
  for (int64_t i = 0; i < flat.numel(); ++i) {
    const auto element = flat.select(0, i);
    const auto before = element.clone();
    element.add_(h);
    const auto above = f(moved).detach().clone();
    element.copy_(before).sub_(h);
    all.select(0, i).copy_((above - f(moved).detach()) / (2 * h));
    element.copy_(before);
  }
  return slopes;
}

}  // namespace sslhost::testing
