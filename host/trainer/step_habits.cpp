// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/step_habits.hpp"

#include <algorithm>

#include <ATen/record_function.h>

#include "sslhost/error.hpp"

#include "host/model/misuse.hpp"
#include "host/trainer/loss_leaves.hpp"

namespace sslhost::host {

namespace {

/// A step is the same body in each iteration; some more, for those that are not.
constexpr int64_t kFirst = 5;

thread_local uint64_t operators = 0;

std::unique_ptr<at::ObserverContext> count_operator(const at::RecordFunction& /*call*/) {
  ++operators;
  return nullptr;
}

int64_t version_of(const Module& module) {
  int64_t sum = 0;
  for (const auto& p : module.parameters()) sum += p._version();
  return sum;
}

const void* id_of(const Tensor& tensor) { return tensor.unsafeGetTensorImpl(); }

std::set<const void*> ids_of(const std::vector<Tensor>& tensors) {
  std::set<const void*> ids;
  for (const auto& tensor : tensors) ids.insert(id_of(tensor));
  return ids;
}

std::vector<Tensor> trainable(const Module& module) {
  std::vector<Tensor> all;
  for (const auto& p : module.parameters())
    if (p.requires_grad()) all.push_back(p);
  return all;
}

bool any_in(const std::vector<Tensor>& tensors, const std::set<const void*>& ids) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const Tensor& tensor) { return ids.contains(id_of(tensor)); });
}

}  // namespace

StepHabits::StepHabits(const Registry& registry) : registry_(registry) {
  for (const auto& [name, module] : registry_.named())
    versions_[module.get()] = version_of(*module);
}

StepHabits::~StepHabits() {
  if (observer_ != 0) at::removeCallback(observer_);
}

void StepHabits::begin_phase(const Phase& phase, bool last) {
  phase_ = phase.name;
  last_ = last;
  seen_ = 0;
  told_ = false;
  scopes_.clear();
  changed_.clear();
  strangers_.clear();
  uses_.clear();
  for (const auto& optimizer : registry_.optimizers()) uses_.push_back({optimizer.get()});
}

void StepHabits::begin_iteration() {
  on_ = seen_ < kFirst;
  if (!on_) return;
  draws_.clear();
  const auto evaluating = registry_.flags().evaluating;
  evaluating_ = {evaluating.begin(), evaluating.end()};
  if (observer_ == 0)
    observer_ = at::addThreadLocalCallback(at::RecordFunctionCallback(count_operator));
}

void StepHabits::end_iteration() {
  if (!on_) return;
  on_ = false;
  if (observer_ != 0) at::removeCallback(observer_);
  observer_ = 0;
  ++seen_;
  note_modes();
  if (seen_ == kFirst) require_scopes_used();
}

void StepHabits::draw(std::string_view name) {
  if (!on_ || draws_.emplace(name).second) return;
  throw Error(ExitCode::plugin,
              {"a draw of Step in " + in_phase(), "a name of its own for each draw in a step",
               in_quotes(std::string(name)) + " twice: both are the same numbers",
               "call the second one otherwise"});
}

detail::ScopeEnd StepHabits::scope(const std::string& call, detail::ScopeEnd scope) {
  if (!on_) return scope;
  auto held = std::make_shared<detail::ScopeEnd>(std::move(scope));  // ends behind the function
  return detail::ScopeEnd([this, held, call, before = operators] {
    if (on_) scopes_[call] |= operators != before;
  });
}

void StepHabits::require_scopes_used() const {
  for (const auto& [call, used] : scopes_)
    if (!used)
      throw Error(ExitCode::plugin,
                  {call + " in " + in_phase(), "a scope that lives as long as the passes in it",
                   "one that ended before anything was computed",
                   "keep what it returns: `const auto scope = s." + call.substr(6) + ";`"});
}

void StepHabits::update(const FusedOptimizer& optimizer, const std::vector<Tensor>& gradients) {
  if (!on_) return;
  const auto& parameters = optimizer.parameters();
  const bool frozen = std::none_of(parameters.begin(), parameters.end(),
                                   [](const Tensor& p) { return p.requires_grad(); });
  for (auto& use : uses_)
    if (use.optimizer == &optimizer) use = {&optimizer, true, use.frozen || frozen};
  for (size_t i = 0; i < parameters.size(); ++i)
    if (gradients[i].defined()) trained_.insert(id_of(parameters[i]));
}

void StepHabits::loss(const Tensor& loss) {
  if (!on_) return;
  std::set<const void*> known;
  for (const auto& [name, module] : registry_.named()) known.merge(ids_of(module->parameters()));
  for (const auto& optimizer : registry_.optimizers()) known.merge(ids_of(optimizer->parameters()));
  for (const auto& leaf : leaves_of(loss))
    if (!known.contains(id_of(leaf))) strangers_.insert(c10::str(leaf.sizes()));
}

/// The outermost parts alone: what is below one follows it.
void StepHabits::note_modes() {
  const auto flags = registry_.flags().evaluating;
  std::set<std::string> now(flags.begin(), flags.end()), changed;
  std::set_symmetric_difference(evaluating_.begin(), evaluating_.end(), now.begin(), now.end(),
                                std::inserter(changed, changed.end()));
  for (const auto& part : changed) {
    const bool below = std::any_of(changed.begin(), changed.end(), [&](const std::string& other) {
      return part.starts_with(other + ".");
    });
    if (!below) changed_[part] = now.contains(part);
  }
}

std::vector<std::string> StepHabits::findings(bool over) {
  if (told_ || seen_ == 0 || (seen_ < kFirst && !over)) return {};
  told_ = true;
  require_scopes_used();
  std::vector<std::string> texts;
  add_modes(texts);
  add_updates(texts);
  add_shared(texts);
  add_strangers(texts);
  if (last_ && whole_) {
    add_untrained(texts);
    add_unheld(texts);
  }
  return texts;
}

void StepHabits::add_modes(std::vector<std::string>& texts) const {
  for (const auto& [part, evaluating] : changed_)
    texts.push_back(in_phase() + ": a step leaves " + in_quotes(part) + " in " +
                    (evaluating ? "evaluation" : "training") +
                    " mode; open `const auto scope = s.evaluate(...);` around passes instead, or "
                    "call eval() in begin() for the whole phase");
}

void StepHabits::add_updates(std::vector<std::string>& texts) const {
  if (!uses_.empty() &&
      std::none_of(uses_.begin(), uses_.end(), [](const Use& use) { return use.updated; }))
    texts.push_back(in_phase() +
                    ": no step calls Step::update, so that no optimizer trains anything; end "
                    "each step with `s.update(optimizer, loss);`");
  for (const auto& use : uses_)
    if (use.frozen)
      texts.push_back(in_phase() + ": all parameters of optimizer " +
                      in_quotes(use.optimizer->name()) +
                      " are frozen, and its updates change nothing; let some take a gradient, or "
                      "leave the updates out");
}

void StepHabits::add_shared(std::vector<std::string>& texts) const {
  for (size_t a = 0; a < uses_.size(); ++a)
    for (size_t b = a + 1; b < uses_.size(); ++b) {
      const auto &one = uses_[a], &two = uses_[b];
      if (!one.updated || !two.updated) continue;
      if (!any_in(one.optimizer->parameters(), ids_of(two.optimizer->parameters()))) continue;
      texts.push_back(in_phase() + ": optimizers " + in_quotes(one.optimizer->name()) + " and " +
                      in_quotes(two.optimizer->name()) +
                      " both update the same parameters, each with moments of its own; give each "
                      "part of a network to one of them, or add up the losses");
    }
}

void StepHabits::add_strangers(std::vector<std::string>& texts) const {
  for (const auto& shape : strangers_)
    texts.push_back(in_phase() + ": a loss depends on a tensor " + shape +
                    " that takes a gradient and is in no module of build(): nothing trains or "
                    "saves it; give its module to Build::module(), or detach() it");
}

void StepHabits::add_untrained(std::vector<std::string>& texts) const {
  for (const auto& use : uses_)
    for (const auto& [name, module] : registry_.named()) {
      const auto parameters = trainable(*module);
      const bool held = any_in(parameters, ids_of(use.optimizer->parameters()));
      if (!use.updated || !held || any_in(parameters, trained_)) continue;
      texts.push_back("module " + in_quotes(name) + " of optimizer " +
                      in_quotes(use.optimizer->name()) +
                      " takes part in no loss: none of its parameters had a gradient; use it in a "
                      "loss, or leave it out of the optimizer");
    }
}

void StepHabits::add_unheld(std::vector<std::string>& texts) const {
  std::set<const void*> held;
  for (const auto& optimizer : registry_.optimizers()) held.merge(ids_of(optimizer->parameters()));
  for (const auto& [name, module] : registry_.named()) {
    const auto parameters = trainable(*module);
    if (parameters.empty() || any_in(parameters, held)) continue;
    if (version_of(*module) != versions_.at(module.get())) continue;  // changed by the method
    texts.push_back("module " + in_quotes(name) +
                    " is in no optimizer, follows no other and is not frozen: it stays as it "
                    "began; give it to an optimizer, or freeze its parameters "
                    "(requires_grad_(false))");
  }
}

}  // namespace sslhost::host
