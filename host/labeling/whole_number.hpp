// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace sslhost::host {

/// Of JSON from elsewhere: a conversion of 1e300 has no meaning. Throws std::invalid_argument.
template <class Json>
int64_t whole_number(const Json& value) {
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  const bool fits = value.is_number_unsigned() ? value.template get<uint64_t>() <= kMost
                                               : value.is_number_integer();
  if (!fits) throw std::invalid_argument("no whole number");
  return value.template get<int64_t>();
}

}  // namespace sslhost::host
