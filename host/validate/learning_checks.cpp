// SPDX-License-Identifier: Apache-2.0
// Level 4: that a method learns, and from what.

#include <algorithm>
#include <set>

#include <ATen/ops/flip.h>
#include <ATen/ops/isfinite.h>

#include "sslhost/error.hpp"
#include "sslhost/training/gradients.hpp"

#include "host/model/evaluation_mode.hpp"
#include "host/validate/loaded_checks.hpp"
#include "host/validate/same_tensors.hpp"
#include "host/validate/stepper.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kSteps = 8;
/// Long enough for pseudo-labels to become sure.
constexpr int64_t kLongIterations = 400;

std::vector<Tensor> trained(Stepper& stepper) {
  stepper.run(kSteps);
  return stepper.parameters();
}

/// Of the optimizers' parameters that take a gradient.
std::vector<Tensor> optimized(Stepper& stepper) {
  std::vector<Tensor> all;
  for (const auto& optimizer : stepper.session().registry->optimizers())
    for (const auto& parameter : optimizer->parameters())
      if (parameter.requires_grad()) all.push_back(parameter);
  return all;
}

/// Of networks of the SDK: what features() does not need. A method may leave a head unused.
std::vector<const void*> heads(Stepper& stepper) {
  auto& session = stepper.session();
  const auto& pool = session.data.labeled;
  const auto images = gather(pool.data, pool.rows.narrow(0, 0, 2), pool.scale);
  std::vector<const void*> all;
  for (auto* module : session.registry->modules()) {
    auto* network = dynamic_cast<Backbone*>(module);
    if (network == nullptr) continue;
    std::vector<Tensor> parameters;
    for (const auto& p : network->parameters())
      if (p.requires_grad()) parameters.push_back(p);
    if (parameters.empty()) continue;
    const auto as_at_test_time = evaluation_scope(*network);
    const auto features = network->features(images);
    if (!features.requires_grad()) continue;
    const auto found = gradients(features.sum(), parameters, {.allow_unused = true});
    for (size_t i = 0; i < found.size(); ++i)
      if (!found[i].defined()) all.push_back(parameters[i].const_data_ptr());
  }
  return all;
}

std::string name_of(Stepper& stepper, const Tensor& parameter) {
  for (const auto& [name, tensor] : stepper.session().registry->tensors())
    if (tensor.const_data_ptr() == parameter.const_data_ptr()) return name;
  return "?";
}

std::set<std::string> unlabeled_streams(const Stepper& stepper) {
  std::set<std::string> names;
  for (const auto& phase : stepper.phases())
    for (const auto& stream : phase.streams)
      if (stream.pool == Pool::unlabeled) names.insert(stream.name);
  return names;
}

/// The stream whose images may be others without any effect on the weights; nothing: all count.
std::optional<std::string> without_effect(const Subject& subject) {
  Stepper usual(trial(subject, {}, kLongIterations));
  const auto streams = unlabeled_streams(usual);
  usual.run(kLongIterations);
  const auto expected = usual.parameters();
  for (const auto& name : streams) {
    Stepper other(trial(subject, {}, kLongIterations));
    other.run(kLongIterations, [&](Method& method, WatchedStep& step) {
      step.replace = [&](const std::string& stream, const Tensor& images) {
        return stream == name || stream.empty() ? images.flip({3}) : images;
      };
      method.step(step);
    });
    if (same(other.parameters(), expected)) return name;
  }
  return std::nullopt;
}

}  // namespace

Outcome check_moves(const Subject& subject) {
  Stepper stepper(trial(subject));
  const auto before = stepper.parameters();
  const auto parameters = optimized(stepper);
  std::vector<Tensor> copies;
  for (const auto& p : parameters) copies.push_back(p.detach().clone());
  stepper.run(kTrialIterations);
  if (same(stepper.parameters(), before)) return failed("nothing that it registers changes");
  const auto unused = heads(stepper);
  std::string still;
  for (size_t i = 0; i < parameters.size(); ++i)
    if (at::equal(parameters[i], copies[i]) &&
        std::find(unused.begin(), unused.end(), parameters[i].const_data_ptr()) == unused.end())
      still += (still.empty() ? "" : ", ") + name_of(stepper, parameters[i]);
  if (still.empty()) return passed();
  return failed("parameters of an optimizer that never move: " + still);
}

Outcome check_finite(const Subject& subject) {
  Stepper stepper(trial(subject));
  stepper.run(kTrialIterations);
  if (const auto& bad = stepper.bad())
    return failed("'" + bad->term + "' is NaN or infinite in iteration " +
                  std::to_string(bad->iteration));
  for (const auto& [name, tensor] : stepper.session().registry->tensors())
    if (tensor.is_floating_point() && !at::isfinite(tensor).all().item<bool>())
      return failed("'" + name + "' is not finite after " + std::to_string(kTrialIterations) +
                    " iterations");
  return passed();
}

Outcome check_learns(const Subject& subject) {
  const auto request =
      trial(subject, {{"model", "mlp-64-64"}, {"out", subject.fresh("run")}}, kLongIterations);
  Silent observer;
  const auto result = train(request, observer);
  // A guess has 0.9. Networks that never learned have had 0.82 by luck.
  constexpr double kMost = 0.75;
  if (result.test_error <= kMost) return passed();
  return failed("test error " + std::to_string(result.test_error).substr(0, 5) + " after " +
                std::to_string(result.iterations) +
                " iterations with 50 labels, above 0.75; a guess has 0.9");
}

Outcome check_label_blind(const Subject& subject) {
  Stepper clean(trial(subject)), poisoned(trial(subject)), mislabeled(trial(subject));
  poisoned.poison(/*labeled=*/false, /*others=*/true);
  mislabeled.poison(/*labeled=*/true, /*others=*/false);
  const auto expected = trained(clean);
  if (!same(trained(poisoned), expected))
    return failed("labels of unlabeled or test samples change its weights");
  if (same(trained(mislabeled), expected))
    return failed("labels of labeled samples change nothing either");
  return passed();
}

Outcome check_unlabeled(const Subject& subject) {
  Stepper stepper(trial(subject, {}, kLongIterations));
  if (unlabeled_streams(stepper).empty()) return skipped("it declares no unlabeled stream");
  for (const auto& text : stepper.probed()) return failed(text);
  if (const auto name = without_effect(subject))
    return failed("other images in the unlabeled stream" +
                  (name->empty() ? std::string() : " '" + *name + "'") + " give the same weights");
  return passed();
}

}  // namespace sslhost::host
