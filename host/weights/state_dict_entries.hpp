// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "host/weights/pickle_value.hpp"
#include "host/weights/weights_source.hpp"

namespace sslhost::host {

struct StateDictEntry {
  std::string_view name;
  const PickleValue* tensor;
};

/// The tensors of the state dict that `object` is or holds, in its order. Throws Error (storage)
/// where there is none.
std::vector<StateDictEntry> state_dict_entries(const PickleValue& object,
                                               const WeightsSource& source);

}  // namespace sslhost::host
