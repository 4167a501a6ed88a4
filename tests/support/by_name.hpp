// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "sslhost/types.hpp"

namespace sslhost {

inline std::map<std::string, Tensor> by_name(const NamedTensors& named) {
  return {named.begin(), named.end()};
}

}  // namespace sslhost
