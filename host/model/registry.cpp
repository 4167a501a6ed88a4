// SPDX-License-Identifier: Apache-2.0
#include "host/model/registry.hpp"

#include <algorithm>
#include <set>

#include "sslhost/nn/layers.hpp"
#include "sslhost/training/random.hpp"

#include "host/device/memory.hpp"
#include "host/model/misuse.hpp"

namespace sslhost::host {

Registry::Registry(const Task& task, std::string model, uint64_t seed)
    : task_(task),
      model_(std::move(model)),
      seed_(random::mix(seed, random::name_key("weights"))) {}

void Registry::check_new(std::string_view name) const {
  if (name.empty() || name.find('.') != name.npos)
    throw misuse("Build", "names without dots, which part a module's name from its tensors'",
                 in_quotes(name), "rename it");
  const bool taken =
      std::any_of(modules_.begin(), modules_.end(),
                  [&](const auto& m) { return m.first == name; }) ||
      std::any_of(states_.begin(), states_.end(), [&](const auto& s) { return s.name == name; });
  if (taken)
    throw misuse("Build", "a name of its own for each module and state", in_quotes(name) + " twice",
                 "rename one of them");
}

void Registry::own(std::string_view name, std::shared_ptr<Module> module) {
  check_new(name);
  module->to(task_.device);
  for (const auto& part : module->named_modules(std::string(name)))
    if (auto* layer = dynamic_cast<NoiseLayer*>(part.module))
      layer->name_key = random::name_key(part.name);
  statistics_.add(*module);
  modules_.emplace_back(name, std::move(module));
}

uint64_t Registry::seed(std::string_view name) const {
  return random::mix(seed_, random::name_key(name));
}

std::vector<Module*> Registry::modules() const {
  std::vector<Module*> all;
  for (const auto& [name, module] : modules_) all.push_back(module.get());
  return all;
}

Module& Registry::resolve(ModuleRef ref, const char* where) const {
  if (ref.ours()) return *ref.ours();
  for (const auto& [name, module] : modules_)
    for (const auto& part : module->named_modules())
      if (part.module->adopted() == ref.adopted()) return *part.module;
  throw misuse(where, "a registered module, or a part of one", "another of LibTorch's",
               "register it with build.module()");
}

Tensor Registry::state(std::string_view name, Tensor initial, Keep keep) {
  check_new(name);
  if (task_.device.is_cpu())
    require_memory("state '" + std::string(name) + "'", static_cast<int64_t>(initial.nbytes()));
  auto placed = initial.detach().to(task_.device).clone();
  states_.push_back(
      {.name = std::string(name), .tensor = placed, .sizes = placed.sizes().vec(), .keep = keep});
  return placed;
}

void Registry::ema_teacher(ModuleRef teacher_ref, ModuleRef student_ref,
                           const EmaOptions& options) {
  constexpr auto kWhere = "Build::ema_teacher";
  auto &teacher = resolve(teacher_ref, kWhere), &student = resolve(student_ref, kWhere);
  teachers_.add(teacher, student, options);
  statistics_.exempt(teacher);
}

void Registry::predict_with(const Network& network) {
  for (const auto& made : networks_)
    if (made->backbone == network.ptr()) predictor_ = made.get();
  if (!predictor_ || predictor_->backbone != network.ptr())
    throw misuse("Build::predict_with", "a network of Build::backbone()", "another",
                 "override predict() instead");
}

void Registry::problem(std::string_view option, std::string_view why) {
  problems_.push_back("option " + std::string(option) + ": " + std::string(why));
}

NamedTensors Registry::module_tensors() const {
  NamedTensors all;
  for (const auto& [name, module] : modules_) {
    for (const auto& [part, tensor] : module->named_parameters())
      all.emplace_back(name + "." + part, tensor.detach());
    for (const auto& [part, tensor] : module->named_buffers())
      all.emplace_back(name + "." + part, tensor.detach());
  }
  return all;
}

NamedTensors Registry::tensors() const {
  auto all = module_tensors();
  for (const auto& state : states_) all.emplace_back(state.name, state.tensor.detach());
  return all;
}

NamedTensors Registry::trained_tensors() const {
  auto all = module_tensors();
  for (const auto& state : states_)
    if (state.learned) all.emplace_back(state.name, state.tensor.detach());
  return all;
}

NamedTensors Registry::loadable_tensors() const {
  auto all = module_tensors();
  for (const auto& state : states_)
    if (state.keep == Keep::model) all.emplace_back(state.name, state.tensor.detach());
  return all;
}

NamedTensors Registry::model_tensors() const {
  auto all = loadable_tensors();
  if (!average_) return all;
  for (auto& [name, tensor] : all)
    if (const auto* average = average_->of(tensor)) tensor = *average;
  return all;
}

NamedTensors Registry::optimizer_tensors() const {
  NamedTensors all;
  for (const auto& optimizer : optimizers_)
    for (auto& entry : optimizer->state()) all.push_back(std::move(entry));
  for (auto& entry : teachers_.tensors()) all.push_back(std::move(entry));
  if (average_) {
    all.emplace_back("average.updates", average_->updates());
    for (const auto& [name, tensor] : trained_tensors())
      if (const auto* average = average_->of(tensor)) all.emplace_back("average/" + name, *average);
  }
  return all;
}

ModuleFlags Registry::flags() const {
  ModuleFlags flags;
  for (const auto& [name, module] : modules_) {
    for (const auto& part : module->named_modules(name))
      if (!part.module->is_training()) flags.evaluating.push_back(part.name);
    for (const auto& [part, parameter] : module->named_parameters())
      if (!parameter.requires_grad()) flags.fixed.push_back(name + "." + part);
  }
  return flags;
}

void Registry::set_flags(const ModuleFlags& flags) {
  const std::set<std::string> evaluating(flags.evaluating.begin(), flags.evaluating.end());
  const std::set<std::string> fixed(flags.fixed.begin(), flags.fixed.end());
  for (const auto& [name, module] : modules_) {
    for (const auto& part : module->named_modules(name))
      part.module->set_training(!evaluating.contains(part.name));
    for (auto& [part, parameter] : module->named_parameters())
      parameter.set_requires_grad(!fixed.contains(name + "." + part));
  }
}

void Registry::keep_average(double decay, WarmUp warm_up) {
  std::vector<Tensor> averages, sources;
  std::set<const void*> seen;  // a module may be a part of two that are registered
  for (const auto& [name, tensor] : trained_tensors())
    if (tensor.numel() > 0 && seen.insert(tensor.const_data_ptr()).second) {
      sources.push_back(tensor);
      averages.push_back(tensor.clone());
    }
  if (!sources.empty()) average_.emplace(std::move(averages), std::move(sources), decay, warm_up);
}

void Registry::settle_average() {
  exchange_averages();
  average_.reset();
}

void Registry::exchange_averages() {
  if (average_) average_->swap();
}

void Registry::restart_average() {
  if (average_) average_->restart();
}

void Registry::begin_phase() {
  for (const auto& optimizer : optimizers_) optimizer->restart_plateau();
  restart_average();
}

void Registry::begin_iteration(int64_t iteration, int64_t iterations, const PlaceInRun& place) {
  for (const auto& optimizer : optimizers_) {
    const bool over_run = optimizer->options().schedule.over == ScheduleOptions::Over::run;
    if (over_run && place.all > 0)
      optimizer->set_learning_rate(place.before + iteration, place.all);
    else
      optimizer->set_learning_rate(iteration, iterations);
  }
  teachers_.begin_iteration(iteration, iterations);
}

void Registry::end_iteration(const Tensor& found_inf) {
  statistics_.settle(found_inf);
  if (average_) average_->update(found_inf);
}

bool Registry::has_plateau() const {
  return std::any_of(optimizers_.begin(), optimizers_.end(),
                     [](const auto& optimizer) { return optimizer->has_plateau_schedule(); });
}

std::vector<std::string> Registry::unrecorded() {
  std::vector<std::string> names;
  for (const auto& [name, module] : modules_)
    if (statistics_.nothing_recorded(*module)) names.push_back(name);
  return names;
}

}  // namespace sslhost::host
