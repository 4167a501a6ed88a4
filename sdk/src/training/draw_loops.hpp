// SPDX-License-Identifier: Apache-2.0
#pragma once

// Draws on a CPU: `blocks` blocks of four elements each, of which `first` is the number of the
// first. Compiled for several widths of vector, all of which give the same bits.

#include <cstdint>

namespace sslhost::random::draw_loops {

void normal(float* out, uint64_t first, int64_t blocks, uint64_t key);
void uniform(float* out, uint64_t first, int64_t blocks, uint64_t key);
/// `chosen` with probability p, else `other`.
void choice(float* out, uint64_t first, int64_t blocks, uint64_t key, float p, float chosen,
            float other);

}  // namespace sslhost::random::draw_loops
