// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/content_hash.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include <fcntl.h>

#include <openssl/evp.h>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

struct ContentHash::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

ContentHash::ContentHash() : state_(std::make_unique<State>()) {
  EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr);
}

ContentHash::~ContentHash() = default;

void ContentHash::add(Bytes bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

std::string ContentHash::text() {
  unsigned char digest[32];
  EVP_DigestFinal_ex(state_->context, digest, nullptr);
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string content_hash(const std::filesystem::path& file) {
  const auto input = open_file(file, O_RDONLY, "to read the file");
  const auto size = file_size(input, file);
  ContentHash hash;
  std::vector<std::byte> buffer(1 << 20);
  for (std::int64_t at = 0; at < size;) {
    const auto part =
        std::span(buffer).first(static_cast<size_t>(std::min<std::int64_t>(1 << 20, size - at)));
    read_at(input, file, at, part);
    hash.add(part);
    at += static_cast<std::int64_t>(part.size());
  }
  return hash.text();
}

}  // namespace sslhost::host
