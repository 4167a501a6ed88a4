// SPDX-License-Identifier: Apache-2.0
#include "host/storage/sha256.hpp"

#include <algorithm>
#include <vector>

#include <openssl/evp.h>

namespace sslhost::host {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::add(Bytes bytes) { EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()); }

std::string Sha256::text() {
  unsigned char digest[32];
  EVP_DigestFinal_ex(state_->context, digest, nullptr);
  std::string text;
  for (const unsigned char byte : digest) {
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
