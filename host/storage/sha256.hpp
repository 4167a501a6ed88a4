// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256, of bytes and of open files.

#include <filesystem>
#include <memory>
#include <string>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(Bytes bytes);
  std::string text();  ///< 64 lower-case hexadecimal digits; once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Of the whole content of a regular file; `path` is for errors. Throws Error (storage) when it
/// cannot be read.
std::string sha256_of(const Descriptor& file, const std::filesystem::path& path);

}  // namespace sslhost::host
