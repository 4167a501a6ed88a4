// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "host/storage/sha256.hpp"
#include "tests/datasets/idx_bytes.hpp"

namespace sslhost::idx {

/// In hexadecimal.
inline std::string sha256(const Buffer& bytes) {
  host::Sha256 hash;
  hash.add(std::as_bytes(std::span(bytes)));
  return hash.text();
}

}  // namespace sslhost::idx
