// SPDX-License-Identifier: Apache-2.0
#include "host/device/pretend/operators.hpp"

#include <optional>
#include <set>

#include <ATen/EmptyTensor.h>
#include <ATen/Functions.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/native/Resize.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/resize_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <torch/library.h>

#include "host/device/pretend/copies.hpp"
#include "host/device/pretend/device_kernels.hpp"
#include "host/device/pretend/memory.hpp"
#include "host/device/pretend/use.hpp"
#include "host/device/waiting_operators.hpp"

namespace sslhost::host::pretend {

namespace {

using at::IntArrayRef;
using at::Tensor;
using MaybeTensor = std::optional<Tensor>;
constexpr auto kKey = c10::DispatchKey::PrivateUse1;

Tensor empty(IntArrayRef sizes, std::optional<at::ScalarType> type, std::optional<at::Layout>,
             std::optional<at::Device>, std::optional<bool>,
             std::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(sizes, &device_memory(), c10::DispatchKeySet(kKey),
                                   c10::dtype_or_default(type), format);
}

Tensor empty_strided(IntArrayRef sizes, IntArrayRef strides, std::optional<at::ScalarType> type,
                     std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>) {
  return at::detail::empty_strided_generic(sizes, strides, &device_memory(),
                                           c10::DispatchKeySet(kKey), c10::dtype_or_default(type));
}

Tensor& set_storage(Tensor& tensor, at::Storage storage, int64_t offset, IntArrayRef sizes,
                    IntArrayRef strides) {
  auto* impl = tensor.unsafeGetTensorImpl();
  impl->set_storage_keep_dtype(std::move(storage));
  impl->set_storage_offset(offset);
  impl->set_sizes_and_strides(sizes, strides);
  return tensor;
}

Tensor copy_from_and_resize(const Tensor& from, const Tensor& to) {
  const Use::Pause inside;
  to.resize_(from.sizes());
  return copy_from(from, to, false);
}

at::Scalar local_scalar_dense(const Tensor& tensor) {
  note_wait("item()");
  const Opened opened(tensor);
  return at::_local_scalar_dense(opened.cpu());
}

/// Beside those that every device has, such as item(), which has a kernel of its own here.
bool waits(const std::string& name) {
  static const std::set<std::string> more = {"aten::_unique", "aten::bincount",
                                             "aten::repeat_interleave"};
  return waits_for_numbers(name) || more.contains(name);
}

/// Arguments as a card keeps them: memory with the shape of this moment, and what is in the host's
/// memory as numbers of this moment.
torch::jit::Stack frozen(torch::jit::Stack arguments) {
  const auto freeze = [](const Tensor& t) {
    if (!t.defined() || !t.is_cpu()) return same_memory(t);
    auto copy = t.clone();
    // A number's mark: without it x * 0.9 of a float32 x [] would be computed in float64.
    if (t.unsafeGetTensorImpl()->is_wrapped_number())
      copy.unsafeGetTensorImpl()->set_wrapped_number(true);
    return copy;
  };
  for (auto& value : arguments) {
    if (value.isTensor()) value = freeze(value.toTensor());
    if (!value.isTensorList()) continue;
    auto tensors = value.toTensorVector();
    for (auto& tensor : tensors) tensor = freeze(tensor);
    value = tensors;
  }
  return arguments;
}

void put_value_into(const c10::IValue& memory, const c10::IValue& result) {
  if (memory.isTensor()) put_into(memory.toTensor(), result.toTensor());
  if (!memory.isTensorList()) return;
  const auto to = memory.toTensorVector(), from = result.toTensorVector();
  for (size_t i = 0; i < to.size(); ++i) put_into(to[i], from[i]);
}

void on_cpu(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const auto& name = op.operator_name().name;
  const auto count = op.schema().arguments().size();
  OneDevice devices(name);
  for (auto& value : torch::jit::last(stack, count)) devices.see(value);
  devices.require();
  note_operator(name, torch::jit::last(stack, count));
  if (waits(name)) note_wait(name);
  for (size_t i = stack->size() - count; i < stack->size(); ++i) {
    auto& value = (*stack)[i];
    if (!value.isGenerator()) continue;
    const auto generator = value.toGenerator();
    TORCH_CHECK(generator.device().is_privateuseone(), name,
                ": expected a generator of pretend:0, found one of ", generator.device());
    value = c10::IValue();  // the CPU's default one, which the host reseeds with the same number
  }
  const bool recorded = records();
  const auto arguments = torch::jit::last(stack, count).vec();
  const Use::Pause inside;
  at::native::cpu_fallback(op, stack);
  if (!recorded) return;
  // Afterwards: an `out` that was empty has its shape now.
  const auto inputs = frozen(arguments),
             results = frozen(torch::jit::last(stack, op.schema().returns().size()).vec());
  record([op, inputs, results] {
    auto again = inputs;
    at::native::cpu_fallback(op, &again);
    for (size_t i = 0; i < results.size(); ++i) put_value_into(results[i], again[i]);
  });
}

torch::Library library(const char* name_space) {
  return {torch::Library::IMPL, name_space, kKey, __FILE__, __LINE__};
}

}  // namespace

void register_operators() {
  static torch::Library all = library("_"), aten = library("aten");
  all.fallback(torch::CppFunction::makeFromBoxedFunction<&on_cpu>());
  aten.impl("empty.memory_format", &empty);
  aten.impl("empty_strided", &empty_strided);
  aten.impl("set_.source_Storage_storage_offset", &set_storage);
  aten.impl("as_strided", TORCH_FN(at::native::as_strided_tensorimpl));
  aten.impl("view", TORCH_FN(at::native::view));
  aten.impl("unfold", TORCH_FN(at::native::unfold));
  aten.impl("_reshape_alias", TORCH_FN(at::native::_reshape_alias));
  aten.impl("resize_", TORCH_FN(at::native::resize_));
  aten.impl("_has_compatible_shallow_copy_type",
            [](const Tensor&, const Tensor&) -> bool { return true; });
  aten.impl("_copy_from", &copy_from);
  aten.impl("_copy_from_and_resize", &copy_from_and_resize);
  aten.impl("_local_scalar_dense", &local_scalar_dense);
  register_device_kernels(aten);
}

}  // namespace sslhost::host::pretend
