// SPDX-License-Identifier: Apache-2.0
#pragma once

// Losses row by row on a CPU, compiled for several widths of vector: rows [begin, end) of logits
// [.., classes]. `step` is 0 where one g counts for all rows, else 1.

#include <cstdint>

namespace sslhost::rows::loops {

void kl(const float* p, const float* q, int64_t classes, int64_t begin, int64_t end, float* out);
void kl_gradient_of_q(const float* p, const float* q, int64_t classes, int64_t begin, int64_t end,
                      const float* g, int64_t step, float* out);
void kl_gradient_of_p(const float* p, const float* q, int64_t classes, int64_t begin, int64_t end,
                      const float* g, int64_t step, float* out);
void entropy(const float* z, int64_t classes, int64_t begin, int64_t end, float* out);
void entropy_gradient(const float* z, int64_t classes, int64_t begin, int64_t end, const float* g,
                      int64_t step, float* out);
/// Squares are summed in float64: those of a gradient of 1e-25 are there too.
void unit_norm(const float* x, int64_t width, int64_t begin, int64_t end, float* out);

}  // namespace sslhost::rows::loops
