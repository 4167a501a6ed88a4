// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is kept of each sample to find its copies: some hundred bytes, whatever its size.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "host/survey/gray.hpp"

namespace sslhost::host {

/// Equal bytes have equal keys; other bytes hardly ever do.
uint64_t key_of(std::span<const std::byte> bytes);

/// How a picture looks, from its gray version alone.
struct Look {
  /// A bit for each two neighbors of a small picture, set where the second is brighter: 8 rows of 9
  /// across, then 9 rows of 8 down. (Known as a difference hash.)
  std::array<uint64_t, 2> hash = {};
  std::array<uint8_t, 256> thumbnail = {};  ///< 16 x 16
  /// Nearly one gray: its bits are noise, and it resembles every other such picture.
  bool flat = true;
};

/// Drawings as small as handwritten digits look alike without being copies.
constexpr int64_t kLeastSide = 32;

Look look_of(const GrayPicture& gray);
inline Look look_of(const PictureView& picture) { return look_of(to_gray(picture)); }

/// Bits in which two hashes differ, 0 to 128. Measured on 9,200,000 pairs of photos: 22 at least.
int distance(const Look& a, const Look& b);
/// Of the thumbnails, -1 to 1, whatever brightness and contrast they have. Neither is flat.
double correlation(const Look& a, const Look& b);
/// Whether two pictures, neither of them flat, are one photo: stored again, of another size,
/// brightness or contrast, or cut by a hundredth or two at its edges.
bool are_alike(const Look& a, const Look& b);

}  // namespace sslhost::host
