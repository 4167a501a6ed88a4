// SPDX-License-Identifier: Apache-2.0
#pragma once

// Kernels that LibTorch asks of a device of its own kind, beside those that every operator has.

#include <initializer_list>
#include <string>

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <torch/library.h>

namespace sslhost::host::pretend {

/// Throws as a card's kernels do for tensors of two devices. A number in a CPU tensor is a number.
class OneDevice {
 public:
  explicit OneDevice(const std::string& name) : name_(name) {}
  void see(const at::Tensor& tensor);
  void see(const c10::IValue& value);
  void require() const;

 private:
  const std::string& name_;
  bool on_device_ = false;
  at::Tensor other_;
};

void register_device_kernels(torch::Library& aten);

}  // namespace sslhost::host::pretend
