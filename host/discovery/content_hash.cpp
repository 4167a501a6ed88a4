// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/content_hash.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fcntl.h>

#include <openssl/evp.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

std::string content_hash(const std::filesystem::path& file) {
  const auto input = open_file(file, O_RDONLY, "to read the file");
  const auto size = file_size(input, file);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> state(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(state.get(), EVP_sha256(), nullptr);
  std::vector<std::byte> buffer(1 << 20);
  for (std::int64_t at = 0; at < size;) {
    const auto part =
        std::span(buffer).first(static_cast<size_t>(std::min<std::int64_t>(1 << 20, size - at)));
    read_at(input, file, at, part);
    EVP_DigestUpdate(state.get(), part.data(), part.size());
    at += static_cast<std::int64_t>(part.size());
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
