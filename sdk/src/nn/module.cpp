// SPDX-License-Identifier: Apache-2.0
#include "sslhost/nn/module.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>

namespace sslhost {

namespace {

bool is_taken(const NamedTensors& tensors, const std::string& name) {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const auto& entry) { return entry.first == name; });
}

std::vector<Tensor> without_names(const NamedTensors& named) {
  std::vector<Tensor> all;
  for (const auto& [name, tensor] : named) all.push_back(tensor);
  return all;
}

}  // namespace

Module::~Module() = default;

Tensor Module::register_parameter(std::string name, Tensor initial, bool requires_grad) {
  TORCH_CHECK(!is_taken(parameters_, name) && !is_taken(buffers_, name), "two tensors '", name,
              "' in one module");
  if (!initial.defined()) return initial;
  TORCH_CHECK(initial.is_leaf(), "parameter '", name,
              "': expected a tensor, found a result of autograd");
  parameters_.emplace_back(std::move(name), initial.set_requires_grad(requires_grad));
  return initial;
}

Tensor Module::register_buffer(std::string name, Tensor initial) {
  TORCH_CHECK(!is_taken(parameters_, name) && !is_taken(buffers_, name), "two tensors '", name,
              "' in one module");
  if (initial.defined()) buffers_.emplace_back(std::move(name), initial);
  return initial;
}

void Module::attach(std::string name, std::shared_ptr<Module> part) {
  TORCH_CHECK(part, "register_module '", name, "': expected a module, found none");
  for (const auto& [other, unused] : parts_)
    TORCH_CHECK(other != name, "two parts '", name, "' in one module");
  parts_.emplace_back(std::move(name), std::move(part));
}

void Module::append_tensors(NamedTensors Module::* own, const std::string& prefix,
                            NamedTensors& all) const {
  for (const auto& [name, tensor] : this->*own) all.emplace_back(prefix + name, tensor);
  for (const auto& [name, part] : parts_) part->append_tensors(own, prefix + name + ".", all);
}

NamedTensors Module::named_parameters() const {
  NamedTensors all;
  append_tensors(&Module::parameters_, "", all);
  return all;
}

NamedTensors Module::named_buffers() const {
  NamedTensors all;
  append_tensors(&Module::buffers_, "", all);
  return all;
}

std::vector<Tensor> Module::parameters() const { return without_names(named_parameters()); }
std::vector<Tensor> Module::buffers() const { return without_names(named_buffers()); }

std::vector<Module::Named> Module::named_modules(const std::string& name) {
  std::vector<Named> all = {{name, this}};
  for (const auto& [part_name, part] : parts_) {
    auto below = part->named_modules(name.empty() ? part_name : name + "." + part_name);
    all.insert(all.end(), below.begin(), below.end());
  }
  return all;
}

void Module::train(bool on) {
  for (const auto& [name, module] : named_modules()) module->set_training(on);
}

void Module::to(c10::Device device) {
  const at::NoGradGuard no_gradient;
  for (auto& all : {parameters(), buffers()})
    for (const auto& tensor : all)
      if (tensor.device() != device) tensor.set_data(tensor.to(device));
}

void Module::to(at::ScalarType type) {
  const at::NoGradGuard no_gradient;
  for (auto& all : {parameters(), buffers()})
    for (const auto& tensor : all)
      if (tensor.is_floating_point()) tensor.set_data(tensor.to(type));
}

}  // namespace sslhost
