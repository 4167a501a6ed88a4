// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/size_in.hpp"

#include <fstream>
#include <vector>

namespace sslhost::images {

namespace {

std::vector<uint8_t> beginning_of(const std::filesystem::path& path, size_t most) {
  std::vector<uint8_t> bytes(most);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

std::optional<Size> size_within(const Picture& picture, size_t bytes) {
  try {
    return size_of(beginning_of(picture.file, bytes));
  } catch (const BadImage&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<Size> size_in(const Picture& picture) {
  constexpr size_t kUsual = 1 << 14,
                   kMost = 1 << 18;            // cameras put previews and profiles before it
  if (picture.bytes < 0) return std::nullopt;  // gone
  if (const auto size = size_within(picture, kUsual)) return size;
  return size_within(picture, kMost);
}

}  // namespace sslhost::images
