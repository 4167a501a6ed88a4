// SPDX-License-Identifier: Apache-2.0
#pragma once

// A CPU's loops of norms.hpp over some rows and channels of a matrix [rows, channels] of float32. A
// channel's sums are made in the order of its rows, and no product is fused with a sum, so that no
// bit depends on the width of vectors or on who does which channel.

#include <cstdint>

#include "sdk/src/base/norms.hpp"

namespace sslhost::norms::loops {

/// Rows [first, end) and channels [left, right) of a matrix with so many channels. What a loop has
/// of each channel is an array of all of them.
struct Part {
  int64_t channels, first, end, left, right;
};

/// Mean and Σ(x − mean)² of each channel.
void moments(const float* x, const Part& part, float* mean, float* squares);
void normalize(const float* x, const Part& part, const float* scale, const float* shift,
               float slope, float* y);
/// With g' = passed(g): Σ g' and Σ g' (x − mean) of each channel.
void sums(const float* g, const float* y, const float* x, const Part& part, const float* mean,
          float slope, float* sum, float* product);
void gradient(const float* g, const float* y, const float* x, const Part& part, const float* mean,
              const float* scale, const float* offset, const float* factor, float slope,
              float* out);

}  // namespace sslhost::norms::loops
