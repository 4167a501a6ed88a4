// SPDX-License-Identifier: Apache-2.0
#pragma once

// LibTorch's operators that make the host wait for a card, under any name that they are called by.

#include <set>
#include <string>

namespace sslhost::host {

/// The shape of the result, or the result, is a number that the host must read first.
inline bool waits_for_numbers(const std::string& operator_name) {
  static const std::set<std::string> all = {"aten::nonzero",    "aten::masked_select",
                                            "aten::equal",      "aten::_unique2",
                                            "aten::unique_dim", "aten::unique_consecutive"};
  return all.contains(operator_name);
}

}  // namespace sslhost::host
