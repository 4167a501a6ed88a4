// SPDX-License-Identifier: Apache-2.0
// For g++ alone: clang has no __builtin_shuffle, which the loops use.
namespace sslhost::vectors {
namespace {
constexpr int kLanes = 8;
// 12 of the 16 registers, two for b and one for a.
constexpr int kRows = 6, kWide = 2;
}  // namespace
}  // namespace sslhost::vectors

#include "sdk/src/kernels/vectors/few_outputs_loops.hpp"
#include "sdk/src/kernels/vectors/product_loops.hpp"
#include "sdk/src/kernels/vectors/winograd_loops.hpp"

namespace sslhost::vectors {

const Path kAvx2 = {.name = "avx2",
                    .lanes = kLanes,
                    .multiply = multiply,
                    .pack = pack,
                    .few_outputs = few_outputs,
                    .transform_samples = transform_samples,
                    .transform_gradient = transform_gradient,
                    .transform_weights = transform_weights,
                    .write_samples = write_samples,
                    .write_weights = write_weights};

}  // namespace sslhost::vectors
