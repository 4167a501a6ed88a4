// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/assembly.hpp"

#include <algorithm>
#include <set>

#include "sslhost/error.hpp"
#include "sslhost/random.hpp"

namespace sslhost::host {

Assembly::Assembly(const Task& task, std::string model, uint64_t seed)
    : task_(task),
      model_(std::move(model)),
      seed_(random::mix(seed, random::name_key("weights"))) {}

void Assembly::check_new(std::string_view name) const {
  const auto same = [&](const auto& entry) { return entry.first == name; };
  if (std::any_of(modules_.begin(), modules_.end(), same) ||
      std::any_of(states_.begin(), states_.end(), same))
    throw Error(ExitCode::plugin, {"Build", "a name of its own for each module and state",
                                   "'" + std::string(name) + "' twice", "rename one of them"});
}

void Assembly::own(std::string_view name, std::shared_ptr<torch::nn::Module> module) {
  check_new(name);
  module->to(task_.device);
  for (const auto& part : module->named_modules(std::string(name)))
    if (auto* layer = dynamic_cast<NoiseLayer*>(part.value().get()))
      layer->name_key = random::name_key(part.key());
  gates_.add(*module);
  modules_.emplace_back(name, std::move(module));
}

uint64_t Assembly::seed(std::string_view name) const {
  return random::mix(seed_, random::name_key(name));
}

Network Assembly::backbone(std::string_view name, const NetworkRequest& request) {
  Network network(make_backbone(model_, task_, request, seed(name)));
  own(name, network.ptr());
  return network;
}

Optimizer Assembly::optimizer(std::string_view name,
                              std::initializer_list<torch::nn::Module*> modules,
                              const OptimizerOptions& options) {
  if (options.kind == OptimizerOptions::Kind::adadelta && options.rate < 0.1)
    warning("optimizer '" + std::string(name) + "': Adadelta at a rate of " +
            to_text(options.rate) + " hardly moves; its usual rate is 1");
  const auto same = [&](const auto& other) { return other->name() == name; };
  if (std::any_of(optimizers_.begin(), optimizers_.end(), same))
    throw Error(ExitCode::plugin, {"Build", "a name of its own for each optimizer",
                                   "'" + std::string(name) + "' twice", "rename one of them"});
  std::set<const void*> registered;
  for (const auto& [owner, module] : modules_)
    for (const auto& p : module->parameters()) registered.insert(p.unsafeGetTensorImpl());
  std::vector<Tensor> parameters;
  for (auto* module : modules)
    for (const auto& p : module->parameters()) {
      if (!registered.contains(p.unsafeGetTensorImpl()))
        throw Error(ExitCode::plugin,
                    {"Build::optimizer '" + std::string(name) + "'", "registered modules",
                     "parameters of a module that is not: they would not be saved",
                     "register it with build.module() before"});
      if (p.requires_grad()) parameters.push_back(p);
    }
  optimizers_.push_back(make_optimizer(std::string(name), std::move(parameters), options));
  return Optimizer(static_cast<int64_t>(optimizers_.size()) - 1);
}

Tensor Assembly::state(std::string_view name, Tensor initial) {
  check_new(name);
  auto placed = initial.to(task_.device).clone();
  states_.emplace_back(name, placed);
  return placed;
}

void Assembly::require_states_kept() const {
  for (const auto& [name, tensor] : states_)
    if (tensor.use_count() == 1)
      throw Error(ExitCode::plugin,
                  {"state '" + name + "'", "the tensor that Build::state() gave",
                   "the method has put another in its place, which would not be saved",
                   "change it in place: z.mul_(0.9).add_(...)"});
}

void Assembly::follow(const Network& teacher, const Network& student, double decay, bool warm_up) {
  if (&*teacher == &*student)
    throw Error(ExitCode::plugin, {"Build::follow", "a teacher and a student", "one network twice",
                                   "make the teacher with build.backbone()"});
  const auto all = [](const Network& network) {
    auto tensors = network->parameters();
    const auto buffers = network->buffers();
    tensors.insert(tensors.end(), buffers.begin(), buffers.end());
    return tensors;
  };
  for (auto& p : teacher->parameters()) p.set_requires_grad(false);
  followers_.emplace_back(all(teacher), all(student), decay, warm_up ? WarmUp::mean : WarmUp::none);
  followers_.back().restart();
  gates_.exempt(*teacher);
}

void Assembly::problem(std::string_view option, std::string_view why) {
  problems_.push_back("option " + std::string(option) + ": " + std::string(why));
}

NamedTensors Assembly::module_tensors() const {
  NamedTensors all;
  for (const auto& [name, module] : modules_) {
    for (const auto& p : module->named_parameters())
      all.emplace_back(name + "." + p.key(), p.value().detach());
    for (const auto& b : module->named_buffers())
      all.emplace_back(name + "." + b.key(), b.value().detach());
  }
  return all;
}

NamedTensors Assembly::model_tensors() const {
  auto all = module_tensors();
  all.insert(all.end(), states_.begin(), states_.end());
  return all;
}

NamedTensors Assembly::evaluation_tensors() const {
  auto all = model_tensors();
  if (!average_) return all;
  for (auto& [name, tensor] : all)
    if (const auto* average = average_->of(tensor)) tensor = *average;
  return all;
}

NamedTensors Assembly::optimizer_tensors() const {
  NamedTensors all;
  for (const auto& optimizer : optimizers_)
    for (auto& entry : optimizer->state()) all.push_back(std::move(entry));
  for (size_t i = 0; i < followers_.size(); ++i)
    all.emplace_back("teacher." + std::to_string(i) + ".updates", followers_[i].updates());
  if (average_) {
    all.emplace_back("average.updates", average_->updates());
    for (const auto& [name, tensor] : module_tensors())
      if (const auto* average = average_->of(tensor)) all.emplace_back("average/" + name, *average);
  }
  return all;
}

ModuleFlags Assembly::flags() const {
  ModuleFlags flags;
  for (const auto& [name, module] : modules_) {
    for (const auto& part : module->named_modules(name))
      if (!part.value()->is_training()) flags.evaluating.push_back(part.key());
    for (const auto& p : module->named_parameters())
      if (!p.value().requires_grad()) flags.fixed.push_back(name + "." + p.key());
  }
  return flags;
}

void Assembly::set_flags(const ModuleFlags& flags) {
  const std::set<std::string> evaluating(flags.evaluating.begin(), flags.evaluating.end());
  const std::set<std::string> fixed(flags.fixed.begin(), flags.fixed.end());
  for (const auto& [name, module] : modules_) {
    // train() acts on a whole subtree; outer modules come first.
    for (const auto& part : module->named_modules(name))
      part.value()->train(!evaluating.contains(part.key()));
    for (auto& p : module->named_parameters())
      p.value().set_requires_grad(!fixed.contains(name + "." + p.key()));
  }
}

void Assembly::keep_average(double decay) {
  std::vector<Tensor> averages, sources;
  std::set<const void*> seen;  // a module may be a part of two that are registered
  for (const auto& [name, tensor] : module_tensors())
    if (tensor.numel() > 0 && seen.insert(tensor.const_data_ptr()).second) {
      sources.push_back(tensor);
      averages.push_back(tensor.clone());
    }
  if (!sources.empty())
    average_.emplace(std::move(averages), std::move(sources), decay, WarmUp::tenth);
}

void Assembly::settle_average() {
  if (average_) average_->swap();
  average_.reset();
}

void Assembly::restart_average() {
  if (average_) average_->restart();
}

void Assembly::begin_phase() {
  for (const auto& optimizer : optimizers_) optimizer->forget_looks();
  restart_average();
}

void Assembly::end_iteration(const Tensor& skip) {
  gates_.settle(skip);
  if (average_) average_->update(skip);
}

bool Assembly::has_plateau() const {
  return std::any_of(optimizers_.begin(), optimizers_.end(), [](const auto& optimizer) {
    return optimizer->options().schedule.kind == ScheduleOptions::Kind::plateau;
  });
}

void Assembly::set_rates(int64_t iteration, int64_t iterations) {
  for (const auto& optimizer : optimizers_) optimizer->set_rate(iteration, iterations);
}

FusedOptimizer& Assembly::at(Optimizer handle) {
  const auto id = handle.id();
  if (id < 0 || id >= static_cast<int64_t>(optimizers_.size()))
    throw Error(ExitCode::plugin, {"Step::update", "an optimizer made by Build::optimizer",
                                   "an empty handle", "make it in build()"});
  return *optimizers_[static_cast<size_t>(id)];
}

void Assembly::after_update(const FusedOptimizer& changed, const Tensor& skip) {
  const auto& parameters = changed.parameters();
  for (auto& teacher : followers_) {
    const auto& student = teacher.sources();
    const bool affected = std::any_of(student.begin(), student.end(), [&](const Tensor& s) {
      return std::any_of(parameters.begin(), parameters.end(),
                         [&](const Tensor& p) { return p.data_ptr() == s.data_ptr(); });
    });
    if (affected) teacher.update(skip);
  }
}

std::vector<std::string> Assembly::unrecorded() {
  std::vector<std::string> names;
  for (const auto& [name, module] : modules_)
    if (gates_.nothing_recorded(*module)) names.push_back(name);
  return names;
}

void Assembly::training_mode(bool on) {
  for (const auto& [name, module] : modules_) module->train(on);
  if (on) gates_.close_all();
}

}  // namespace sslhost::host
