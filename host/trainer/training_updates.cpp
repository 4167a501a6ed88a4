// SPDX-License-Identifier: Apache-2.0
// What a step does to weights, and what it writes down.
#include "sslhost/training/gradients.hpp"

#include "host/device/precision.hpp"
#include "host/model/misuse.hpp"
#include "host/trainer/label_judge.hpp"
#include "host/trainer/training_step.hpp"

namespace sslhost::host {

namespace {

/// In our words: LibTorch's name neither the call nor the optimizer.
void require_loss(const Tensor& loss, const FusedOptimizer& optimizer) {
  const auto where = "Step::update of optimizer " + in_quotes(optimizer.name());
  if (loss.numel() != 1)
    throw misuse(where, "a loss of one number", "one of shape " + c10::str(loss.sizes()),
                 "take its mean: loss.mean()");
  if (!loss.requires_grad())
    throw misuse(where, "a loss that was computed from parameters", "one that takes no gradient",
                 "look for detach(), item() and at::NoGradGuard on the way to it");
}

}  // namespace

void TrainingStep::note_loss(const Tensor& loss, std::string_view term) {
  guard_.check(loss, term, inputs_.iteration());
  log_.add(term, loss);
}

std::vector<Tensor> TrainingStep::over_ranks(const FusedOptimizer& optimizer, Tensor& loss,
                                             const std::function<std::vector<Tensor>()>& compute) {
  if (!data_.ranks) return compute();
  auto& means = means_.try_emplace(&optimizer, optimizer.parameters(), *data_.ranks).first->second;
  return means.of(compute, loss);
}

std::vector<Tensor> TrainingStep::gradients_of(const Tensor& loss, const FusedOptimizer& optimizer,
                                               std::string_view term, bool keep_graph) {
  auto mean_loss = loss.detach();
  if (habits_ && !check_) habits_->loss(loss);  // whose images would be leaves too
  const auto compute = [&] {
    const auto& parameters = optimizer.parameters();
    std::vector<Tensor> inputs, all;
    for (const auto& p : parameters)
      if (p.requires_grad()) inputs.push_back(p);  // a method may have frozen some since
    const auto count = static_cast<std::ptrdiff_t>(inputs.size());
    if (count == 0) return std::vector<Tensor>(parameters.size());
    require_loss(loss, optimizer);
    if (check_)
      for (auto& images : check_->images()) inputs.push_back(std::move(images));
    const auto found = gradients(loss, inputs, {.keep_graph = keep_graph, .allow_unused = true});
    if (check_) check_->note({found.begin() + count, found.end()});
    auto next = found.begin();
    for (const auto& p : parameters) all.push_back(p.requires_grad() ? *next++ : Tensor());
    return all;
  };
  const auto all = over_ranks(optimizer, mean_loss, compute);
  note_loss(mean_loss, term);
  guard_.check_gradients(all, term, inputs_.iteration());
  return all;
}

void TrainingStep::apply(FusedOptimizer& optimizer, const std::vector<Tensor>& gradients) {
  if (habits_) habits_->update(optimizer, gradients);
  optimizer.update(gradients, guard_.found_inf());
  registry_.after_update(optimizer, guard_.found_inf());
  ReducedProducts::forget_weights(registry_.task().precision);
}

void TrainingStep::update(Optimizer handle, const Tensor& loss, std::string_view term) {
  auto& optimizer = registry_.at(handle);
  apply(optimizer, gradients_of(loss, optimizer, term, /*keep_graph=*/false));
}

void TrainingStep::update_with(Optimizer handle, const std::vector<Tensor>& gradients,
                               std::string_view term) {
  auto& optimizer = registry_.at(handle);
  Tensor no_loss;
  const auto all =
      over_ranks(optimizer, no_loss, [&] { return registry_.in_update_order(handle, gradients); });
  guard_.check_gradients(all, term, inputs_.iteration());
  if (check_) check_->cannot_tell();
  apply(optimizer, all);
}

void TrainingStep::update(std::initializer_list<std::pair<Optimizer, Tensor>> losses) {
  std::vector<std::vector<Tensor>> computed;
  for (const auto& [handle, loss] : losses) {
    auto& optimizer = registry_.at(handle);
    const bool last = computed.size() + 1 == losses.size();
    computed.push_back(gradients_of(loss, optimizer, "loss_" + optimizer.name(),
                                    /*keep_graph=*/!last));
  }
  size_t i = 0;
  for (const auto& [handle, loss] : losses) apply(registry_.at(handle), computed[i++]);
}

void TrainingStep::log_accuracy(std::string_view name, const Tensor& classes, const Tensor& index,
                                const Tensor& mask) {
  MeanLog unread(registry_.task().device);
  judge(name, classes, index, mask, data_.hidden_labels, judged_ ? *judged_ : unread);
}

}  // namespace sslhost::host
