// SPDX-License-Identifier: Apache-2.0
#pragma once

// For the files in this folder, the only ones compiled for AVX-512; the others call them where the
// processor has it. They include no inline functions but these, which never leave their file: the
// linker may keep any one copy of an inline function, and one with AVX-512 in it would stop other
// processors.

#include "product.hpp"

namespace sslhost::avx512 {
namespace {

using Vector [[gnu::vector_size(4 * kLanes)]] = float;

inline Vector load(const float* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(float* to, const Vector& v) { __builtin_memcpy(to, &v, sizeof v); }

/// The lanes that are in use of a vector.
using Mask = unsigned short;
constexpr Mask kAll = 0xFFFF;
inline Mask first_lanes(int64_t count) {
  return count < kLanes ? static_cast<Mask>((1 << count) - 1) : kAll;
}

/// Zeros in the other lanes.
inline Vector load(const float* from, Mask mask) {
  return __builtin_ia32_loadups512_mask(from, Vector{}, mask);
}

/// Leaves memory of the other lanes alone.
inline void store(float* to, const Vector& v, Mask mask) {
  __builtin_ia32_storeups512_mask(to, v, mask);
}

}  // namespace
}  // namespace sslhost::avx512
