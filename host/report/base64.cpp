// SPDX-License-Identifier: Apache-2.0
#include "host/report/base64.hpp"

#include <nettle/base64.h>

namespace sslhost::host {

std::string base64(std::string_view bytes) {
  std::string text(BASE64_ENCODE_RAW_LENGTH(bytes.size()), '\0');
  base64_encode_raw(text.data(), bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data()));
  return text;
}

std::string image_source(std::string_view bytes) {
  const char* kind = bytes.starts_with("\xff\xd8") ? "jpeg" : "png";
  return std::string("data:image/") + kind + ";base64," + base64(bytes);
}

}  // namespace sslhost::host
