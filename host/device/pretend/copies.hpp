// SPDX-License-Identifier: Apache-2.0
#pragma once

// Copies between host and pretend device, and results that a graph's replay makes anew.

#include <tuple>

#include <ATen/core/Tensor.h>

#include "host/device/pretend/graph.hpp"
#include "host/device/pretend/use.hpp"

namespace sslhost::host::pretend {

/// LibTorch's _copy_from: into `to`, which it gives back.
at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool non_blocking);

/// The same memory under a shape that later changes of the tensor's own leave alone.
at::Tensor same_memory(const at::Tensor& tensor);

/// Into memory that a result was put in before; an undefined one has none.
void put_into(const at::Tensor& memory, const at::Tensor& result);
void put_into(const std::tuple<at::Tensor, at::Tensor, at::Tensor>& memory,
              const std::tuple<at::Tensor, at::Tensor, at::Tensor>& result);

inline at::Tensor same_memories(const at::Tensor& tensor) { return same_memory(tensor); }
template <class... Tensors>
std::tuple<Tensors...> same_memories(const std::tuple<Tensors...>& all) {
  return std::apply([](const auto&... each) { return std::tuple(same_memory(each)...); }, all);
}

/// Makes a result now, and in every replay anew in the same memory.
template <class Make>
auto made(Make make) {
  const bool recorded = records();
  const Use::Pause inside;
  auto result = make();
  if (recorded) record([make, memory = same_memories(result)] { put_into(memory, make()); });
  return result;
}

}  // namespace sslhost::host::pretend
