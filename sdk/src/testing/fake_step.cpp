// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/scalar_tensor.h>

#include "sslhost/testing.hpp"

namespace sslhost::testing {

namespace {

/// What was given for a pick, or else for all picks.
template <class T>
const T& given(const std::map<std::pair<std::string, std::string>, T>& all, Pick pick,
               const char* call) {
  const std::pair<std::string, std::string> key(pick.stream, pick.view), any;
  for (const auto& k : {key, any})
    if (const auto found = all.find(k); found != all.end()) return found->second;
  throw Error(ExitCode::usage,
              {std::string("Step::") + call, "a batch that was given to the fake step",
               "none for stream '" + key.first + "', view '" + key.second + "'",
               std::string("give_") + call + "() in the test"});
}

}  // namespace

FakeStep::~FakeStep() {
  if (detail::noise_context() == &noise_) detail::noise_context() = nullptr;
}

void FakeStep::give_labeled(Tensor images, Tensor labels, Pick pick) {
  labeled_[{std::string(pick.stream), std::string(pick.view)}] = {std::move(images),
                                                                  std::move(labels)};
}

void FakeStep::give_unlabeled(Tensor images, Pick pick) {
  unlabeled_[{std::string(pick.stream), std::string(pick.view)}] = std::move(images);
}

void FakeStep::set_time(int64_t iteration, int64_t iterations, std::string phase) {
  iteration_ = iteration;
  iterations_ = iterations;
  phase_ = std::move(phase);
}

void FakeStep::begin() {
  updates_.clear();
  logged_.clear();
  noise_ = {.key = key_of("noise")};
  detail::noise_context() = &noise_;
}

Labeled FakeStep::labeled(Pick pick) { return given(labeled_, pick, "labeled"); }
Tensor FakeStep::unlabeled(Pick pick) { return given(unlabeled_, pick, "unlabeled"); }

Tensor FakeStep::index(Pick /*pick*/) {
  if (index_.defined()) return index_;
  throw Error(ExitCode::usage, {"Step::index", "positions that were given to the fake step", "none",
                                "give_index() in the test"});
}

void FakeStep::update(Optimizer optimizer, const Tensor& loss, std::string_view term) {
  updates_.push_back({optimizer, loss, std::string(term)});
}

void FakeStep::update_with(Optimizer optimizer, const std::vector<Tensor>& gradients,
                           std::string_view term) {
  updates_.push_back({optimizer, {}, std::string(term), gradients});
}

void FakeStep::update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) {
  for (const auto& [optimizer, loss] : losses) update(optimizer, loss, "loss");
}

void FakeStep::log(std::string_view name, const Tensor& value) {
  logged_[std::string(name)] = value.detach();
}

void FakeStep::log_accuracy(std::string_view /*name*/, const Tensor& /*classes*/,
                            const Tensor& /*index*/, const Tensor& /*mask*/) {}

uint64_t FakeStep::key_of(std::string_view draw) const {
  return random::mix(random::name_key(draw), static_cast<uint64_t>(iteration_));
}

Tensor FakeStep::normal(std::string_view name, IntArrayRef shape) {
  return random::normal(shape, key_of(name), c10::kCPU);
}
Tensor FakeStep::uniform(std::string_view name, IntArrayRef shape) {
  return random::uniform(shape, key_of(name), c10::kCPU);
}
Tensor FakeStep::bernoulli(std::string_view name, double p, IntArrayRef shape) {
  return random::bernoulli(shape, p, key_of(name), c10::kCPU);
}
Tensor FakeStep::beta(std::string_view name, double a, double b, IntArrayRef shape) {
  return random::beta(shape, a, b, key_of(name), c10::kCPU);
}
Tensor FakeStep::permutation(std::string_view name, int64_t n) {
  return random::permutation_on(n, key_of(name), c10::kCPU);
}

Tensor FakeStep::iteration() const { return at::scalar_tensor(iteration_, at::kLong); }

Tensor FakeStep::progress() const {
  return at::scalar_tensor(static_cast<double>(iteration_) / static_cast<double>(iterations_),
                           at::kFloat);
}

NoiseScope FakeStep::noise(std::string_view name, bool on) {
  if (!on) return NoiseScope();
  const auto outer = noise_.scope;
  noise_.scope = random::name_key(name) | 1;  // 0 means none
  return NoiseScope([this, outer] { noise_.scope = outer; });
}

StatisticsScope FakeStep::record_statistics(ModuleRef /*module*/, bool /*on*/) {
  return StatisticsScope();
}

EvaluationScope FakeStep::evaluate(ModuleRef module) {
  auto* ours = module.ours();
  if (ours == nullptr) return EvaluationScope();
  const bool before = ours->is_training();
  ours->eval();
  return EvaluationScope([ours, before] { ours->train(before); });
}

}  // namespace sslhost::testing
