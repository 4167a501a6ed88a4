// SPDX-License-Identifier: Apache-2.0
#include "host/storage/utf8.hpp"

#include <nlohmann/json.hpp>

namespace sslhost::host {

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

}  // namespace sslhost::host
