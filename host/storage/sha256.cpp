// SPDX-License-Identifier: Apache-2.0
#include "host/storage/sha256.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <openssl/evp.h>

namespace sslhost::host {

std::string sha256_of(const Descriptor& file, const std::filesystem::path& path) {
  constexpr std::int64_t kPiece = 1 << 20;
  const auto size = file_size(file, path);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> state(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(state.get(), EVP_sha256(), nullptr);
  std::vector<std::byte> buffer(kPiece);
  for (std::int64_t at = 0; at < size; at += kPiece) {
    const auto part = std::span(buffer).first(static_cast<size_t>(std::min(kPiece, size - at)));
    read_at(file, path, at, part);
    EVP_DigestUpdate(state.get(), part.data(), part.size());
  }
  unsigned char digest[32];
  EVP_DigestFinal_ex(state.get(), digest, nullptr);
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace sslhost::host
