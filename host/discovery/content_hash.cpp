// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/content_hash.hpp"

#include <fcntl.h>

#include "host/storage/sha256.hpp"

namespace sslhost::host {

std::string content_hash(const std::filesystem::path& file) {
  return sha256_of(open_file(file, O_RDONLY, "to read the file"), file);
}

}  // namespace sslhost::host
