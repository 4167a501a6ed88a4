// SPDX-License-Identifier: Apache-2.0
#include "host/storage/sha256.hpp"

#include <nettle/sha2.h>

#include "host/storage/each_piece.hpp"

namespace sslhost::host {

struct Sha256::State {
  sha256_ctx context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { sha256_init(&state_->context); }

Sha256::~Sha256() = default;

void Sha256::add(Bytes bytes) {
  sha256_update(&state_->context, bytes.size(), reinterpret_cast<const uint8_t*>(bytes.data()));
}

std::string Sha256::text() {
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(&state_->context, sizeof digest, digest);
  std::string text;
  for (const uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string sha256_of(const Descriptor& file, const std::filesystem::path& path) {
  Sha256 hash;
  each_piece(file, path, [&](std::int64_t, Bytes piece) {
    hash.add(piece);
    return true;
  });
  return hash.text();
}

}  // namespace sslhost::host
