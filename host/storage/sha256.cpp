// SPDX-License-Identifier: Apache-2.0
#include "host/storage/sha256.hpp"

#include <algorithm>
#include <vector>

#include <nettle/sha2.h>

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
  constexpr std::int64_t kPiece = 1 << 20;
  const auto size = file_size(file, path);
  Sha256 hash;
  std::vector<std::byte> buffer(kPiece);
  for (std::int64_t at = 0; at < size; at += kPiece) {
    const auto part = std::span(buffer).first(static_cast<size_t>(std::min(kPiece, size - at)));
    read_at(file, path, at, part);
    hash.add(part);
  }
  return hash.text();
}

}  // namespace sslhost::host
