// SPDX-License-Identifier: Apache-2.0
#pragma once

// log, exp, sine and cosine in float32 with the same bits on every processor and card: each sum of
// a product is fmaf(), and nothing is left to a library. Polynomials and splittings of S. Moshier's
// Cephes 2.8 (logf, expf, sinf, cosf), about 1 unit in the last place. For both compilers; loops
// over them vectorise.

#include <cmath>
#include <cstdint>
#include <cstring>

#ifdef __CUDACC__
#define SSLHOST_BOTH __host__ __device__ inline
#else
#define SSLHOST_BOTH inline __attribute__((always_inline))
#endif

namespace sslhost::draws {

SSLHOST_BOTH uint32_t bits_of(float x) {
  uint32_t bits = 0;
  memcpy(&bits, &x, sizeof(bits));
  return bits;
}
SSLHOST_BOTH float from_bits(uint32_t bits) {
  float x = 0;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

/// Natural logarithm of a normal float above 0.
SSLHOST_BOTH float log_of(float x) {
  // x = m 2^n with m from sqrt(1/2) to sqrt(2); 0x3f3504f3 is sqrt(1/2).
  const int32_t n = static_cast<int32_t>(bits_of(x) - 0x3f3504f3u) >> 23;
  const float m = from_bits(bits_of(x) - (static_cast<uint32_t>(n) << 23)), f = m - 1, z = f * f;
  float p = 7.0376836292e-2f;
  p = fmaf(p, f, -1.1514610310e-1f);
  p = fmaf(p, f, 1.1676998740e-1f);
  p = fmaf(p, f, -1.2420140846e-1f);
  p = fmaf(p, f, 1.4249322787e-1f);
  p = fmaf(p, f, -1.6668057665e-1f);
  p = fmaf(p, f, 2.0000714765e-1f);
  p = fmaf(p, f, -2.4999993993e-1f);
  p = fmaf(p, f, 3.3333331174e-1f);
  // log 2 in two parts, the first of which times n is exact.
  const auto exponent = static_cast<float>(n);
  float y = p * f * z;
  y = fmaf(exponent, -2.12194440e-4f, y);
  y = fmaf(z, -0.5f, y);
  return fmaf(exponent, 0.693359375f, f + y);
}

/// e^x for x <= 0; 0 below the smallest normal float; of a NaN, NaN.
SSLHOST_BOTH float exp_of(float x) {
  const float n = floorf(fmaf(x, 1.44269504088896341f, 0.5f));
  if (!(n >= -126)) return x < 0 ? 0 : x;
  const float r = fmaf(n, 2.12194440e-4f, fmaf(n, -0.693359375f, x));
  float p = 1.9875691500e-4f;
  p = fmaf(p, r, 1.3981999507e-3f);
  p = fmaf(p, r, 8.3334519073e-3f);
  p = fmaf(p, r, 4.1665795894e-2f);
  p = fmaf(p, r, 1.6666665459e-1f);
  p = fmaf(p, r, 5.0000001201e-1f);
  p = fmaf(p, r * r, r) + 1;
  return p * from_bits(static_cast<uint32_t>(static_cast<int32_t>(n) + 127) << 23);
}

/// Of the angle 2π `turn`, turn in [0, 1) a multiple of 2^-24: what is left after whole quarters is
/// exact.
SSLHOST_BOTH void sine_and_cosine_of_turn(float turn, float* sine, float* cosine) {
  const float quarters = 4 * turn;
  const auto quarter = static_cast<int32_t>(quarters + 0.5f);
  const float r = (quarters - static_cast<float>(quarter)) * 1.57079632679489662f, z = r * r;
  float s = -1.9515295891e-4f;
  s = fmaf(s, z, 8.3321608736e-3f);
  s = fmaf(s, z, -1.6666654611e-1f);
  s = fmaf(s * z, r, r);
  float c = 2.443315711809948e-5f;
  c = fmaf(c, z, -1.388731625493765e-3f);
  c = fmaf(c, z, 4.166664568298827e-2f);
  c = fmaf(c * z, z, fmaf(z, -0.5f, 1));
  // A quarter turn more exchanges the two, with a sign.
  const bool odd = (quarter & 1) != 0;
  const float a = odd ? s : c, b = odd ? c : s;
  *cosine = from_bits(bits_of(a) ^ static_cast<uint32_t>((quarter + 1) & 2) << 30);
  *sine = from_bits(bits_of(b) ^ static_cast<uint32_t>(quarter & 2) << 30);
}

}  // namespace sslhost::draws
