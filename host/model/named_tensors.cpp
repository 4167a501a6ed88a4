// SPDX-License-Identifier: Apache-2.0
#include "host/model/named_tensors.hpp"

#include <map>
#include <string>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

void copy_into(const NamedTensors& targets, const NamedTensors& values,
               const std::filesystem::path& path) {
  at::NoGradGuard no_grad;
  std::map<std::string, Tensor> left(values.begin(), values.end());
  const auto refuse = [&](const std::string& expected, const std::string& found) {
    throw Error(ExitCode::storage, {path.string(), expected, found,
                                    "use it with the method and options that wrote it"});
  };
  for (const auto& [name, target] : targets) {
    const auto found = left.find(name);
    if (found == left.end()) refuse("tensor '" + name + "'", "none of that name");
    if (found->second.sizes() != target.sizes() ||
        found->second.scalar_type() != target.scalar_type())
      refuse("tensor '" + name + "' of the model's shape and type", "another");
    target.copy_(found->second);
    left.erase(found);
  }
  if (!left.empty())
    refuse("the tensors of this model alone", "'" + left.begin()->first + "' besides");
}

NamedTensors below(const NamedTensors& tensors, const std::string& prefix) {
  NamedTensors found;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(prefix)) found.emplace_back(name.substr(prefix.size()), tensor);
  return found;
}

void require_finite(const NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors)
    if (tensor.is_floating_point() && !at::isfinite(tensor).all().item<bool>())
      throw Error(ExitCode::diverged,
                  {"weights", "finite numbers", "NaN or infinity in '" + name + "'",
                   "lower the learning rate; the checkpoint before is kept"});
}

}  // namespace sslhost::host
