// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/nn/norm_loops.hpp"

#include <algorithm>

#include "sdk/src/base/widths.hpp"

namespace sslhost::norms::loops {

namespace {

constexpr int64_t kTogether = 64;  // channels whose sums stay in registers

}  // namespace

// Sums of what is left around a first mean, and of its squares, have as many digits as float64
// would give the plain ones.
SSLHOST_WIDTHS void moments(const float* x, const Part& part, float* mean, float* squares) {
  const auto rows = static_cast<float>(part.end - part.first);
  for (int64_t left = part.left; left < part.right; left += kTogether) {
    const int64_t n = std::min(kTogether, part.right - left);
    float about[kTogether] = {}, rest[kTogether] = {}, square[kTogether] = {};
    for (int64_t row = part.first; row < part.end; ++row) {
      const float* from = x + row * part.channels + left;
      for (int64_t c = 0; c < n; ++c) about[c] += from[c];
    }
    for (int64_t c = 0; c < n; ++c) about[c] /= rows;
    for (int64_t row = part.first; row < part.end; ++row) {
      const float* from = x + row * part.channels + left;
      for (int64_t c = 0; c < n; ++c) {
        const float d = from[c] - about[c];
        rest[c] += d;
        square[c] += d * d;
      }
    }
    for (int64_t c = 0; c < n; ++c) {
      mean[left + c] = about[c] + rest[c] / rows;
      squares[left + c] = square[c] - rest[c] * (rest[c] / rows);
    }
  }
}

SSLHOST_WIDTHS void normalize(const float* x, const Part& part, const float* scale,
                              const float* shift, float slope, float* y) {
  for (int64_t row = part.first; row < part.end; ++row) {
    const int64_t at = row * part.channels;
    for (int64_t c = part.left; c < part.right; ++c)
      y[at + c] = normalized(x[at + c], {scale[c], shift[c]}, slope);
  }
}

SSLHOST_WIDTHS void sums(const float* g, const float* y, const float* x, const Part& part,
                         const float* mean, float slope, float* sum, float* product) {
  for (int64_t left = part.left; left < part.right; left += kTogether) {
    const int64_t n = std::min(kTogether, part.right - left);
    float of_g[kTogether] = {}, of_product[kTogether] = {};
    for (int64_t row = part.first; row < part.end; ++row) {
      const int64_t at = row * part.channels + left;
      for (int64_t c = 0; c < n; ++c) {
        const float of_y = passed(g[at + c], y[at + c], slope);
        of_g[c] += of_y;
        of_product[c] += of_y * (x[at + c] - mean[left + c]);
      }
    }
    for (int64_t c = 0; c < n; ++c) {
      sum[left + c] = of_g[c];
      product[left + c] = of_product[c];
    }
  }
}

SSLHOST_WIDTHS void gradient(const float* g, const float* y, const float* x, const Part& part,
                             const float* mean, const float* scale, const float* offset,
                             const float* factor, float slope, float* out) {
  for (int64_t row = part.first; row < part.end; ++row) {
    const int64_t at = row * part.channels;
    for (int64_t c = part.left; c < part.right; ++c)
      out[at + c] = norms::gradient(passed(g[at + c], y[at + c], slope), x[at + c],
                                    {mean[c], scale[c], offset[c], factor[c]});
  }
}

}  // namespace sslhost::norms::loops
