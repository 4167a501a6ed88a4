// SPDX-License-Identifier: Apache-2.0
#include "host/report/base64.hpp"

#include <openssl/evp.h>

namespace sslhost::host {

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL adds a zero
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string image_source(std::string_view bytes) {
  const char* kind = bytes.starts_with("\xff\xd8") ? "jpeg" : "png";
  return std::string("data:image/") + kind + ";base64," + base64(bytes);
}

}  // namespace sslhost::host
