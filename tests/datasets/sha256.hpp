// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <openssl/evp.h>

#include "tests/datasets/idx_bytes.hpp"

namespace sslhost::idx {

/// In hexadecimal.
inline std::string sha256(const Buffer& bytes) {
  std::array<unsigned char, 32> digest;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::string hex;
  for (const unsigned char byte : digest) {
    std::array<char, 3> text;
    std::snprintf(text.data(), text.size(), "%02x", byte);
    hex += text.data();
  }
  return hex;
}

}  // namespace sslhost::idx
