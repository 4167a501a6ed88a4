// SPDX-License-Identifier: Apache-2.0
// No LibTorch here: -O3 three times over would take its headers along.
#include "pool_rows.hpp"

#include <algorithm>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "sdk/src/base/widths.hpp"

#define SSLHOST_POOL_WIDE SSLHOST_CLONES("arch=x86-64-v4", "avx2")

namespace sslhost::pool {

namespace {

/// Channels side by side. Named, since whether a compiler makes vectors of a loop over them hangs
/// by a hair: a `restrict` once left one scalar, eight times slower. GCC 12 takes comparisons of
/// more than 8 floats apart.
template <int Count>
struct Lanes {
  using Floats [[gnu::vector_size(4 * Count)]] = float;
  using Ints [[gnu::vector_size(4 * Count)]] = int32_t;
  using Places [[gnu::vector_size(Count)]] = Place;
};

template <class Vector, class Element>
[[gnu::always_inline]] inline void load(const Element* from, Vector& v) {
  __builtin_memcpy(&v, from, sizeof v);
}

template <class Vector, class Element>
[[gnu::always_inline]] inline void store(Element* to, const Vector& v) {
  __builtin_memcpy(to, &v, sizeof v);
}

/// `at` for all channels, 8, 4 or 1 at a time.
template <class At>
[[gnu::always_inline]] inline void each_channel(int64_t c, const At& at) {
  int64_t k = 0;
  for (; k + 8 <= c; k += 8) at(Lanes<8>(), k);
  for (; k + 4 <= c; k += 4) at(Lanes<4>(), k);
  for (; k < c; ++k) at(Lanes<1>(), k);
}

}  // namespace

SSLHOST_POOL_WIDE void row_maxima(const float* upper, const float* lower, int64_t w, int64_t c,
                                  float least, float* out, Place* places) {
  for (int64_t j = 0; j < w; ++j) {
    const float *p = upper + 2 * j * c, *q = lower + 2 * j * c;
    each_channel(c, [&]<int Count>(Lanes<Count>, int64_t k) __attribute__((always_inline)) {
      using Floats = typename Lanes<Count>::Floats;
      using Ints = typename Lanes<Count>::Ints;
      Floats v;
      load(p + k, v);
      Ints at = {};
      const auto look = [&](const float* from, int where) __attribute__((always_inline)) {
        Floats other;
        load(from + k, other);
        const Ints larger = (other > v) | (other != other);
        v = larger ? other : v;
        at = larger ? Ints{} + where : at;
      };
      look(p + c, 1);
      look(q, 2);
      look(q + c, 3);
      const Ints none = v <= least, some = v > least;
      store(out + j * c + k, none ? Floats{} + least : v);
      store(places + j * c + k,
            __builtin_convertvector(some ? at : Ints{} + kNone, typename Lanes<Count>::Places));
    });
  }
}

SSLHOST_POOL_WIDE void row_gradients(const Place* places, const float* gradient, int64_t w,
                                     int64_t c, float* to_upper, float* to_lower) {
  for (int64_t j = 0; j < w; ++j) {
    float *p = to_upper + 2 * j * c, *q = to_lower + 2 * j * c;
    each_channel(c, [&]<int Count>(Lanes<Count>, int64_t k) __attribute__((always_inline)) {
      using Floats = typename Lanes<Count>::Floats;
      using Ints = typename Lanes<Count>::Ints;
      Floats g;
      typename Lanes<Count>::Places place;
      load(gradient + j * c + k, g);
      load(places + j * c + k, place);
      const Ints at = __builtin_convertvector(place, Ints);
      store(p + k, at == 0 ? g : Floats{});
      store(p + c + k, at == 1 ? g : Floats{});
      store(q + k, at == 2 ? g : Floats{});
      store(q + c + k, at == 3 ? g : Floats{});
    });
  }
}

void stream(const float* from, int64_t count, float* to) {
#ifdef __SSE2__
  if (reinterpret_cast<uintptr_t>(to) % 16 == 0)
    for (; count >= 4; count -= 4, from += 4, to += 4) _mm_stream_ps(to, _mm_loadu_ps(from));
#endif
  std::copy_n(from, count, to);
}

void finish_streams() {
#ifdef __SSE2__
  _mm_sfence();
#endif
}

}  // namespace sslhost::pool
