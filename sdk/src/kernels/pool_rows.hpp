// SPDX-License-Identifier: Apache-2.0
#pragma once

// Two rows of an image in channels_last, and the row of their maxima over windows of 2×2.

#include <cstdint>

namespace sslhost::pool {

/// Which of a window's four values is its maximum, row by row; kNone: nothing above `least` is.
using Place = uint8_t;
constexpr Place kNone = 4;

/// Two rows of an image [2w,c], the row [w,c] of their maxima, nothing below `least`, and the first
/// place of each. A NaN stays one: it has to be seen in the loss.
void row_maxima(const float* upper, const float* lower, int64_t w, int64_t c, float least,
                float* out, Place* places);

/// The gradient of each maximum goes to its place, without branches, which processors would guess
/// wrong.
void row_gradients(const Place* places, const float* gradient, int64_t w, int64_t c,
                   float* to_upper, float* to_lower);

/// Copies past the caches. An ordinary write reads the memory first, and pushes out of the caches
/// what is still needed: for what is larger than they are it takes twice as long.
void stream(const float* from, int64_t count, float* to);

/// What was streamed may pass later writes: this comes before another thread hears that it is done.
void finish_streams();

}  // namespace sslhost::pool
