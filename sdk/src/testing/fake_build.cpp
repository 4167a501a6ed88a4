// SPDX-License-Identifier: Apache-2.0
#include <ATen/core/grad_mode.h>

#include "sslhost/nn/layers.hpp"
#include "sslhost/testing.hpp"

namespace sslhost::testing {

namespace {

std::vector<Tensor> parameters_of(ModuleRef module) {
  if (module.ours() != nullptr) return module.ours()->parameters();
  throw Error(ExitCode::usage, {"sslhost/testing.hpp", "a module of sslhost's", "one of LibTorch's",
                                "make it a part of one of sslhost's"});
}

}  // namespace

FakeBuild::FakeBuild(const Task& task, std::string model) : task_(task), model_(std::move(model)) {}

Network FakeBuild::backbone(std::string_view name, const NetworkRequest& request) {
  const auto made =
      make_backbone(request.model.empty() ? model_ : request.model, task_, request, seed(name));
  own(name, made);
  return Network(made);
}

uint64_t FakeBuild::seed(std::string_view name) const { return random::name_key(name); }

Optimizer FakeBuild::optimizer(std::string_view /*name*/, const std::vector<ParameterGroup>& groups,
                               const OptimizerOptions& /*options*/) {
  auto& all = parameters_.emplace_back();
  for (const auto& group : groups) {
    for (const auto& [name, state] : states_)
      for (const auto& tensor : group.tensors)
        if (tensor.is_same(state)) tensor.set_requires_grad(true);
    for (const auto& p : group.module ? parameters_of(*group.module) : group.tensors)
      if (p.requires_grad()) all.push_back(p);
  }
  return Optimizer(static_cast<int64_t>(parameters_.size()) - 1);
}

Tensor FakeBuild::state(std::string_view name, Tensor initial, Keep /*keep*/) {
  return states_[std::string(name)] = initial.detach();
}

void FakeBuild::ema_teacher(ModuleRef teacher, ModuleRef student, const EmaOptions& /*options*/) {
  const at::NoGradGuard no_gradients;
  const auto from = parameters_of(student), to = parameters_of(teacher);
  for (size_t i = 0; i < to.size(); ++i) to[i].copy_(from.at(i)).requires_grad_(false);
}

void FakeBuild::problem(std::string_view option, std::string_view why) {
  throw Error(ExitCode::usage, {"option " + std::string(option), "", std::string(why)});
}

void FakeBuild::own(std::string_view name, std::shared_ptr<Module> module) {
  // As the host names them: inside a scope each layer draws by its name.
  for (const auto& part : module->named_modules(std::string(name)))
    if (auto* layer = dynamic_cast<NoiseLayer*>(part.module))
      layer->name_key = random::name_key(part.name);
  modules_.push_back(std::move(module));
}

std::vector<Tensor> FakeBuild::parameters(Optimizer optimizer) const {
  return parameters_.at(static_cast<size_t>(optimizer.id()));
}

}  // namespace sslhost::testing
