// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory of the pretend device: the host gets a signal (11) when it reads or writes there. What is
// not written yet is NaN.

#include <ATen/core/Tensor.h>
#include <c10/core/Allocator.h>

namespace sslhost::host::pretend {

/// For storages on the device.
c10::Allocator& device_memory();

/// For host memory that copies can come from, or go to, without a wait.
c10::Allocator& pinned_memory();
bool is_pinned(const void* data);

/// Which allocation since restart_numbers() the data are of, from 0; -1: an earlier one.
int64_t number_of(const at::Tensor& tensor);
void restart_numbers();

/// A CPU tensor over a device tensor's memory, which is open to the host while this lives.
class Opened {
 public:
  explicit Opened(const at::Tensor& tensor);
  ~Opened();
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  const at::Tensor& cpu() const { return cpu_; }

 private:
  c10::Storage storage_;
  at::Tensor cpu_;
};

}  // namespace sslhost::host::pretend
