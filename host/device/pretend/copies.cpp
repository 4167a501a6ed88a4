// SPDX-License-Identifier: Apache-2.0
#include "host/device/pretend/copies.hpp"

#include <array>

#include <ATen/core/ivalue.h>

#include "host/device/pretend/memory.hpp"

namespace sslhost::host::pretend {

using at::Tensor;

namespace {

/// From one device to another. Between the host's pageable memory and a card a copy waits.
void copy_across(const Tensor& from, const Tensor& to, bool non_blocking) {
  const bool up = to.is_privateuseone();
  const auto& on_host = up ? from : to;
  if (!non_blocking || !is_pinned(on_host.storage().data()))
    note_wait(up ? "a copy to the device out of pageable memory" : "a copy to the host");
  if (up) {
    const Opened opened(to);
    opened.cpu().copy_(from);
  } else {
    const Opened opened(from);
    to.copy_(opened.cpu());
  }
}

/// The two may overlap.
void copy_within(const Tensor& from, const Tensor& to) {
  Tensor between;
  {
    const Opened opened(from);
    between = opened.cpu().clone();
  }
  const Opened opened(to);
  opened.cpu().copy_(between);
}

}  // namespace

Tensor copy_from(const Tensor& from, const Tensor& to, bool non_blocking) {
  if (from.numel() == 0) return to;
  const bool across = from.is_privateuseone() != to.is_privateuseone();
  if (!across) {
    const std::array<c10::IValue, 2> arguments = {from, to};
    note_operator("aten::copy_", arguments);
  }
  across ? copy_across(from, to, non_blocking) : copy_within(from, to);
  if (records())
    record([=, from = same_memory(from), to = same_memory(to)] {
      across ? copy_across(from, to, non_blocking) : copy_within(from, to);
    });
  return to;
}

Tensor same_memory(const Tensor& tensor) {
  if (!tensor.defined()) return tensor;
  return Tensor(tensor.unsafeGetTensorImpl()->shallow_copy_and_detach(
      c10::VariableVersion(0), /*allow_tensor_metadata_change=*/true));
}

void put_into(const Tensor& memory, const Tensor& result) {
  if (!memory.defined() || memory.numel() == 0) return;
  if (memory.storage().is_alias_of(result.storage())) return;  // written to in place
  copy_within(result, memory);
}
void put_into(const std::tuple<Tensor, Tensor, Tensor>& memory,
              const std::tuple<Tensor, Tensor, Tensor>& result) {
  put_into(std::get<0>(memory), std::get<0>(result));
  put_into(std::get<1>(memory), std::get<1>(result));
  put_into(std::get<2>(memory), std::get<2>(result));
}
}  // namespace sslhost::host::pretend
