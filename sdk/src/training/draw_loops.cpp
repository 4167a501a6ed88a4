// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/training/draw_loops.hpp"

#include "sdk/src/base/draws.hpp"
#include "sdk/src/base/widths.hpp"

namespace sslhost::random::draw_loops {

SSLHOST_WIDTHS void normal(float* out, uint64_t first, int64_t blocks, uint64_t key) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto w = draws::words(key, first + static_cast<uint64_t>(b));
    draws::normal_pair(w.at[0], w.at[1], out + 4 * b, out + 4 * b + 1);
    draws::normal_pair(w.at[2], w.at[3], out + 4 * b + 2, out + 4 * b + 3);
  }
}

SSLHOST_WIDTHS void uniform(float* out, uint64_t first, int64_t blocks, uint64_t key) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto w = draws::words(key, first + static_cast<uint64_t>(b));
    for (int i = 0; i < 4; ++i) out[4 * b + i] = draws::unit(w.at[i]);
  }
}

SSLHOST_WIDTHS void choice(float* out, uint64_t first, int64_t blocks, uint64_t key, float p,
                           float chosen, float other) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto w = draws::words(key, first + static_cast<uint64_t>(b));
    for (int i = 0; i < 4; ++i) out[4 * b + i] = draws::unit(w.at[i]) < p ? chosen : other;
  }
}

}  // namespace sslhost::random::draw_loops
