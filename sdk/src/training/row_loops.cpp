// SPDX-License-Identifier: Apache-2.0
#include "sdk/src/training/row_loops.hpp"

#include "sdk/src/base/rows.hpp"
#include "sdk/src/base/widths.hpp"

namespace sslhost::rows::loops {

SSLHOST_WIDTHS void kl(const float* p, const float* q, int64_t classes, int64_t begin, int64_t end,
                       float* out) {
  for (int64_t i = begin; i < end; ++i)
    out[i] = rows::kl(p + i * classes, q + i * classes, classes);
}

SSLHOST_WIDTHS void kl_gradient_of_q(const float* p, const float* q, int64_t classes, int64_t begin,
                                     int64_t end, const float* g, int64_t step, float* out) {
  for (int64_t i = begin; i < end; ++i)
    rows::kl_gradient_of_q(g[i * step], p + i * classes, q + i * classes, classes,
                           out + i * classes);
}

SSLHOST_WIDTHS void kl_gradient_of_p(const float* p, const float* q, int64_t classes, int64_t begin,
                                     int64_t end, const float* g, int64_t step, float* out) {
  for (int64_t i = begin; i < end; ++i)
    rows::kl_gradient_of_p(g[i * step], p + i * classes, q + i * classes, classes,
                           out + i * classes);
}

SSLHOST_WIDTHS void entropy(const float* z, int64_t classes, int64_t begin, int64_t end,
                            float* out) {
  for (int64_t i = begin; i < end; ++i) out[i] = rows::entropy(z + i * classes, classes);
}

SSLHOST_WIDTHS void entropy_gradient(const float* z, int64_t classes, int64_t begin, int64_t end,
                                     const float* g, int64_t step, float* out) {
  for (int64_t i = begin; i < end; ++i)
    rows::entropy_gradient(g[i * step], z + i * classes, classes, out + i * classes);
}

SSLHOST_WIDTHS void unit_norm(const float* x, int64_t width, int64_t begin, int64_t end,
                              float* out) {
  constexpr int kSums = 16;  // in a fixed order, whatever the width of the vectors
  for (int64_t i = begin; i < end; ++i) {
    const float* row = x + i * width;
    double sums[kSums] = {};
    int64_t k = 0;
    for (; k + kSums <= width; k += kSums)
      for (int lane = 0; lane < kSums; ++lane) {
        const double value = row[k + lane];
        sums[lane] += value * value;  // exact in float64: nothing to fuse or not
      }
    for (; k < width; ++k) sums[0] += static_cast<double>(row[k]) * row[k];
    for (int half = kSums / 2; half > 0; half /= 2)
      for (int lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
    const double length = std::sqrt(sums[0]), factor = length > 0 ? 1 / length : length;
    for (k = 0; k < width; ++k) out[i * width + k] = static_cast<float>(row[k] * factor);
  }
}

}  // namespace sslhost::rows::loops
