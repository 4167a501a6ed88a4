// SPDX-License-Identifier: Apache-2.0
// Optimizers over what is registered, and the order in which a method knows their parameters.
#include <algorithm>
#include <set>
#include <sstream>
#include <unordered_map>

#include "host/model/misuse.hpp"
#include "host/model/registry.hpp"

namespace sslhost::host {

namespace {

const void* id_of(const Tensor& tensor) { return tensor.unsafeGetTensorImpl(); }

std::string where_of(std::string_view optimizer) {
  return "Build::optimizer " + in_quotes(optimizer);
}

std::string description(const Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes() << ' ' << tensor.dtype().name() << " on " << tensor.device();
  return text.str();
}

bool alike(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type() && a.device() == b.device();
}

}  // namespace

std::vector<Tensor> Registry::parameters_of(const ParameterGroup& group, const std::string& where) {
  std::set<const void*> registered;
  for (const auto& [owner, module] : modules_)
    for (const auto& p : module->parameters()) registered.insert(id_of(p));
  std::vector<Tensor> parameters;
  for (const auto& p :
       group.module ? resolve(*group.module, where.c_str()).parameters() : group.tensors) {
    if (!registered.contains(id_of(p))) {
      if (group.module)
        throw misuse(where, "registered modules",
                     "parameters of a module that is not: they would not be saved",
                     "register it with build.module() before");
      learn(p, where);
    }
    if (p.requires_grad()) parameters.push_back(p);
  }
  return parameters;
}

void Registry::learn(const Tensor& tensor, const std::string& where) {
  const auto state = std::find_if(states_.begin(), states_.end(),
                                  [&](const auto& s) { return s.tensor.is_same(tensor); });
  if (state == states_.end())
    throw misuse(where, "parameters of registered modules, or what Build::state() gave",
                 "a tensor that is neither: it would not be saved",
                 "register it with build.state() before, and hand over what that gives");
  if (!tensor.is_floating_point())
    throw misuse(where, "floating point", "state " + in_quotes(state->name) + " of integers",
                 "leave it out");
  tensor.set_requires_grad(true);
  state->learned = true;
}

Optimizer Registry::optimizer(std::string_view name, const std::vector<ParameterGroup>& groups,
                              const OptimizerOptions& options) {
  const std::string text(name);
  if (options.kind == OptimizerOptions::Kind::adadelta && options.learning_rate < 0.1)
    warning("optimizer '" + text + "': Adadelta with a learning rate of " +
            to_text(options.learning_rate) + " hardly moves; its usual one is 1");
  const auto same = [&](const auto& other) { return other->name() == name; };
  if (std::any_of(optimizers_.begin(), optimizers_.end(), same))
    throw misuse("Build", "a name of its own for each optimizer", in_quotes(name) + " twice",
                 "rename one of them");
  std::vector<size_t> uses;
  for (const auto& state : states_) uses.push_back(state.tensor.use_count());
  add_optimizer(text, groups, options);
  for (size_t i = 0; i < states_.size(); ++i)
    states_[i].held += states_[i].tensor.use_count() - uses[i];
  return Optimizer(static_cast<int64_t>(optimizers_.size()) - 1);
}

void Registry::add_optimizer(const std::string& name, const std::vector<ParameterGroup>& groups,
                             const OptimizerOptions& options) {
  const auto where = where_of(name);
  std::vector<Group> all;
  std::vector<Tensor> declared;
  std::set<const void*> seen;
  for (const auto& group : groups) {
    auto parameters = parameters_of(group, where);
    for (const auto& p : parameters) {
      declared.push_back(p);
      if (!seen.insert(id_of(p)).second)
        throw misuse(where, "each parameter in one group", "one in two of them",
                     "leave out the module, or the part of it");
    }
    all.push_back({std::move(parameters), group.learning_rate_factor, 0, {}});
  }
  if (seen.empty())
    throw misuse(where, "parameters that take a gradient",
                 "none: its modules have no parameters, or all of them are frozen",
                 "give it the modules that it is to train, or leave it out");
  optimizers_.push_back(make_optimizer(name, std::move(all), options));
  declared_.push_back(std::move(declared));
}

void Registry::require_states_kept() const {
  for (const auto& state : states_) {
    if (state.tensor.use_count() == state.held)
      throw misuse("state '" + state.name + "'", "the tensor that Build::state() gave",
                   "the method has put another in its place, which would not be saved",
                   "change it in place: z.mul_(0.9).add_(...)");
    if (state.tensor.sizes() != IntArrayRef(state.sizes))
      throw misuse("state '" + state.name + "'",
                   "the shape that it began with, " + c10::str(IntArrayRef(state.sizes)),
                   c10::str(state.tensor.sizes()) + ", which no checkpoint could go on from",
                   "make it as large as it will ever be, and write parts of it");
  }
}

size_t Registry::number_of(Optimizer handle, const char* where) const {
  const auto id = handle.id();
  if (id < 0 || id >= static_cast<int64_t>(optimizers_.size()))
    throw misuse(where, "an optimizer made by Build::optimizer", "an empty handle",
                 "make it in build()");
  return static_cast<size_t>(id);
}

FusedOptimizer& Registry::at(Optimizer handle) {
  return *optimizers_[number_of(handle, "Step::update")];
}

std::vector<Tensor> Registry::parameters(Optimizer optimizer) const {
  return declared_[number_of(optimizer, "Build::parameters")];
}

std::vector<Tensor> Registry::in_update_order(Optimizer handle,
                                              const std::vector<Tensor>& gradients) {
  const auto& optimizer = at(handle);
  const auto& declared = declared_[number_of(handle, "Step::update_with")];
  const auto where = "Step::update_with, optimizer " + in_quotes(optimizer.name());
  const std::string next = "differentiate with respect to build.parameters(optimizer)";
  if (gradients.size() != declared.size())
    throw misuse(where,
                 std::to_string(declared.size()) + " gradients, one for each of its parameters",
                 std::to_string(gradients.size()), next);
  std::unordered_map<const void*, Tensor> of;
  for (size_t i = 0; i < declared.size(); ++i) {
    const auto &p = declared[i], &gradient = gradients[i];
    if (gradient.defined() && !alike(p, gradient))
      throw misuse(where,
                   "a gradient of " + description(p) + " for parameter " + std::to_string(i) +
                       ", counted from 0",
                   description(gradient), next);
    // A method may have frozen some since.
    if (gradient.defined() && p.requires_grad()) of[id_of(p)] = gradient.detach();
  }
  std::vector<Tensor> sorted;  // weights and biases may be apart (--decay-biases false)
  for (const auto& p : optimizer.parameters()) sorted.push_back(of[id_of(p)]);
  return sorted;
}

}  // namespace sslhost::host
