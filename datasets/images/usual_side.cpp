// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/usual_side.hpp"

#include <algorithm>

#include "datasets/images/size_in.hpp"

namespace sslhost::images {

namespace {

constexpr int64_t kLeast = 8, kMost = 64;
constexpr size_t kAsked = 64;  // pictures, spread over all

}  // namespace

int64_t usual_side(const std::vector<Picture>& pictures) {
  std::vector<int64_t> sides;
  const size_t step = std::max<size_t>(1, pictures.size() / kAsked);
  for (size_t i = 0; i < pictures.size(); i += step)
    if (const auto size = size_in(pictures[i]))
      sides.push_back(std::min(size->width, size->height));
  if (sides.empty()) return kMost;
  const auto middle = sides.begin() + static_cast<std::ptrdiff_t>(sides.size() / 2);
  std::nth_element(sides.begin(), middle, sides.end());
  return std::clamp(*middle / 8 * 8, kLeast, kMost);
}

}  // namespace sslhost::images
