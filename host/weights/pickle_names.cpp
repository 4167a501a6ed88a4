// SPDX-License-Identifier: Apache-2.0
#include "host/weights/pickle_names.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace sslhost::host {

namespace {

using Role = KnownName::Role;

constexpr KnownName kNames[] = {
    {"collections.OrderedDict", Role::dict},
    {"torch._utils._rebuild_tensor_v2", Role::tensor},
    {"torch._utils._rebuild_parameter", Role::parameter},
    {"torch.Size", Role::size},
    {"torch.device", Role::device},
    {"torch.DoubleStorage", Role::storage, "F64"},
    {"torch.FloatStorage", Role::storage, "F32"},
    {"torch.HalfStorage", Role::storage, "F16"},
    {"torch.BFloat16Storage", Role::storage, "BF16"},
    {"torch.LongStorage", Role::storage, "I64"},
    {"torch.IntStorage", Role::storage, "I32"},
    {"torch.ShortStorage", Role::storage, "I16"},
    {"torch.CharStorage", Role::storage, "I8"},
    {"torch.ByteStorage", Role::storage, "U8"},
    {"torch.BoolStorage", Role::storage, "BOOL"},
    {"torch.ComplexFloatStorage", Role::storage, "C64"},
    {"torch.ComplexDoubleStorage", Role::storage, "C128"},
    {"torch.float64", Role::type},
    {"torch.float32", Role::type},
    {"torch.float16", Role::type},
    {"torch.bfloat16", Role::type},
    {"torch.int64", Role::type},
    {"torch.int32", Role::type},
    {"torch.int16", Role::type},
    {"torch.int8", Role::type},
    {"torch.uint8", Role::type},
    {"torch.bool", Role::type},
    {"torch.complex64", Role::type},
    {"torch.complex128", Role::type},
};

}  // namespace

const KnownName* known_name(std::string_view module, std::string_view name) {
  std::string full(module);
  full.append(".").append(name);
  const auto* const found = std::ranges::find(kNames, full, &KnownName::name);
  return found == std::end(kNames) ? nullptr : found;
}

}  // namespace sslhost::host
