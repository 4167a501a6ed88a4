// SPDX-License-Identifier: Apache-2.0
#pragma once

// The SHA-256 of a file's content.

#include <filesystem>
#include <memory>
#include <string>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// SHA-256 of what it is given.
class ContentHash {
 public:
  ContentHash();
  ~ContentHash();
  void add(Bytes bytes);
  std::string text();  ///< 64 lower-case hexadecimal digits; once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 64 lower-case hexadecimal digits. Throws Error (storage) when the file cannot be read.
std::string content_hash(const std::filesystem::path& file);

}  // namespace sslhost::host
