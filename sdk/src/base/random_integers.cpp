// SPDX-License-Identifier: Apache-2.0
#include <numeric>
#include <utility>

#include "sslhost/training/integers.hpp"

#include "sdk/src/base/draws.hpp"

namespace sslhost::random {

namespace {

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio, odd

__extension__ typedef unsigned __int128 Wide;

using draws::finalize;

}  // namespace

uint64_t name_key(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return finalize(hash);
}

// Finalizing the key first keeps mix(a, b) and mix(b, a) apart; for a fixed key different values
// never collide.
uint64_t mix(uint64_t key, uint64_t value) { return draws::mix(key, value); }

uint64_t Integers::next() { return finalize(key_ + ++counter_ * kGolden); }

uint64_t Integers::below(uint64_t bound) {
  Wide product = Wide(next()) * bound;
  if (static_cast<uint64_t>(product) <
      bound) {                                // only then can the draw be one of the surplus ones
    const uint64_t surplus = -bound % bound;  // 2^64 mod bound
    while (static_cast<uint64_t>(product) < surplus) product = Wide(next()) * bound;
  }
  return static_cast<uint64_t>(product >> 64);
}

double Integers::unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

std::vector<int64_t> permutation(int64_t n, uint64_t key) {
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  Integers draw(key);
  for (size_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[draw.below(left)]);
  return order;
}

}  // namespace sslhost::random
