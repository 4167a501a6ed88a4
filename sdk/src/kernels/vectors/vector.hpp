// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whoever includes this has defined, in an unnamed namespace, kLanes, the floats in a vector. Such
// a file is compiled for processors that have it, and others call it on no other processor. It
// includes no inline functions but these, which never leave their file: the linker may keep any
// one copy of an inline function, and one with AVX-512 in it would stop other processors
// (tests/sdk/kernels/private_symbols.sh looks).

#include "sdk/src/kernels/vectors/path.hpp"

namespace sslhost::vectors {
namespace {

using Vector [[gnu::vector_size(4 * kLanes)]] = float;
using Lanes [[gnu::vector_size(4 * kLanes)]] = int;

inline Vector load(const float* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

inline void store(float* to, const Vector& v) { __builtin_memcpy(to, &v, sizeof v); }

#ifdef __AVX512F__

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

#else

/// How many lanes of a vector are in use.
using Mask = int;
constexpr Mask kAll = kLanes;
inline Mask first_lanes(int64_t count) { return count < kLanes ? static_cast<Mask>(count) : kAll; }

/// Zeros in the other lanes.
inline Vector load(const float* from, Mask mask) {
  if (mask == kAll) return load(from);
  const Lanes used = Lanes{0, 1, 2, 3, 4, 5, 6, 7} < Lanes{} + mask;
  return __builtin_ia32_maskloadps256(reinterpret_cast<const Vector*>(from), used);
}

/// Leaves memory of the other lanes alone. AMD's masked store of AVX2 takes some twenty cycles:
/// four lanes, then two, then one.
inline void store(float* to, const Vector& v, Mask mask) {
  if (mask == kAll) return store(to, v);
  Vector rest = v;
  if (mask & 4) {
    __builtin_memcpy(to, &rest, 16);
    rest = __builtin_shuffle(rest, (Lanes{4, 5, 6, 7, 4, 5, 6, 7}));
    to += 4;
  }
  if (mask & 2) {
    __builtin_memcpy(to, &rest, 8);
    rest = __builtin_shuffle(rest, (Lanes{2, 3, 2, 3, 2, 3, 2, 3}));
    to += 2;
  }
  if (mask & 1) __builtin_memcpy(to, &rest, 4);
}

#endif

}  // namespace
}  // namespace sslhost::vectors
