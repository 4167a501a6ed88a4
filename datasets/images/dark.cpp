// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/dark.hpp"

#include <bit>

#include "datasets/images/text.hpp"

namespace sslhost::images {

std::string dark_words(const Depth& depth) {
  constexpr int64_t kQuarter = 1 << 14;  // 14 bits and fewer: of 8, two of them are lost
  if (depth.pictures == 0 || depth.most >= kQuarter) return "";
  const auto factor = int64_t{1} << (16 - std::bit_width(static_cast<uint64_t>(depth.most)));
  auto text = counted(depth.pictures, "image has", "images have") +
              " 16 bits a value but none above " + grouped(depth.most) + " of 65,535";
  if (depth.most == 0) return text + ": all black";
  return text + ": nearly black here. Save them with all values times " + grouped(factor) +
         ", or with 8 bits";
}

}  // namespace sslhost::images
