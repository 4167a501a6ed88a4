// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/usual_side.hpp"

#include <algorithm>
#include <fstream>

#include "datasets/images/decode.hpp"

namespace sslhost::images {

namespace {

constexpr int64_t kLeast = 8, kMost = 64;
constexpr size_t kAsked = 64;        // pictures, spread over all
constexpr size_t kHeader = 1 << 18;  // cameras put previews and profiles before the size

std::vector<uint8_t> beginning_of(const std::filesystem::path& path) {
  std::vector<uint8_t> bytes(kHeader);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

}  // namespace

int64_t usual_side(const std::vector<Picture>& pictures) {
  std::vector<int64_t> sides;
  const size_t step = std::max<size_t>(1, pictures.size() / kAsked);
  for (size_t i = 0; i < pictures.size(); i += step) {
    if (pictures[i].bytes < 0) continue;  // gone
    try {
      const auto size = size_of(beginning_of(pictures[i].file));
      sides.push_back(std::min(size.width, size.height));
    } catch (const BadImage&) {  // decoding will say so
    }
  }
  if (sides.empty()) return kMost;
  const auto middle = sides.begin() + static_cast<std::ptrdiff_t>(sides.size() / 2);
  std::nth_element(sides.begin(), middle, sides.end());
  return std::clamp(*middle / 8 * 8, kLeast, kMost);
}

}  // namespace sslhost::images
