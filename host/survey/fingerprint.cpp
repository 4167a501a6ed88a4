// SPDX-License-Identifier: Apache-2.0
#include "host/survey/fingerprint.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace sslhost::host {

namespace {

constexpr int64_t kSide = 16;  // of a thumbnail

/// Standard deviation in gray levels. That of photos is 10 or more (of 4,300 of cats and dogs).
constexpr double kFlat = 6;

/// In gray levels.
double deviation_of(const std::vector<float>& values) {
  double sum = 0, squares = 0;
  for (const double v : values) {
    sum += v;
    squares += v * v;
  }
  const auto count = static_cast<double>(values.size());
  return std::sqrt(std::max(0.0, squares / count - sum / count * (sum / count)));
}

/// Bit by bit: is the value `step` further on brighter?
uint64_t brighter(const GrayPicture& small, int64_t rows, int64_t columns, int64_t step) {
  uint64_t bits = 0;
  for (int64_t y = 0; y < rows; ++y)
    for (int64_t x = 0; x < columns; ++x) {
      const auto at = static_cast<size_t>(y * small.width + x);
      bits = bits << 1 | (small.values[at + static_cast<size_t>(step)] > small.values[at] ? 1 : 0);
    }
  return bits;
}

/// The finalizer of SplitMix64.
uint64_t mixed(uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

}  // namespace

uint64_t key_of(std::span<const std::byte> bytes) {
  // Four sums side by side: one alone would wait for each of its multiplications.
  std::array<uint64_t, 4> lanes = {1, 2, 3, 4};
  const auto word = [&](size_t at) {
    uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, std::min<size_t>(8, bytes.size() - at));
    return value;
  };
  size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32)
    for (size_t i = 0; i < 4; ++i) {
      const uint64_t x = lanes[i] ^ word(at + 8 * i);
      // The high bits go down first: a product alone would move the highest nowhere.
      lanes[i] = std::rotl((x ^ x >> 32) * 0x9e3779b97f4a7c15, 29);
    }
  uint64_t key = bytes.size();
  for (const auto lane : lanes) key = mixed(key ^ lane);
  for (; at < bytes.size(); at += 8) key = mixed(key ^ word(at));
  return key;
}

Look look_of(const GrayPicture& gray) {
  const auto small = shrunk(gray, kSide, kSide);
  Look look;
  for (size_t i = 0; i < look.thumbnail.size(); ++i)
    look.thumbnail[i] = static_cast<uint8_t>(std::lround(small.values[i]));
  look.flat = deviation_of(small.values) < kFlat;
  look.hash = {brighter(shrunk(gray, 8, 9), 8, 8, 1), brighter(shrunk(gray, 9, 8), 8, 8, 8)};
  return look;
}

int distance(const Look& a, const Look& b) {
  return std::popcount(a.hash[0] ^ b.hash[0]) + std::popcount(a.hash[1] ^ b.hash[1]);
}

double correlation(const Look& a, const Look& b) {
  int64_t sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.thumbnail.size(); ++i) {
    const int x = a.thumbnail[i], y = b.thumbnail[i];
    sum_a += x;
    sum_b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const auto n = static_cast<int64_t>(a.thumbnail.size());
  const auto covariance = static_cast<double>(n * ab - sum_a * sum_b);
  return covariance / std::sqrt(static_cast<double>(n * aa - sum_a * sum_a) *
                                static_cast<double>(n * bb - sum_b * sum_b));
}

bool are_alike(const Look& a, const Look& b) {
  // Of 4,300 photos of cats and dogs the two that look most alike without being copies correlate to
  // 0.90, and none of them comes closer than 22 bits. Copies after JPEG of quality 30, a third of
  // the size, or less contrast: above 0.98, and 8 bits at most.
  constexpr int kMostBits = 20;
  constexpr double kLeastCorrelation = 0.97;
  return distance(a, b) <= kMostBits && correlation(a, b) >= kLeastCorrelation;
}

}  // namespace sslhost::host
