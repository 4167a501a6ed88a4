// SPDX-License-Identifier: Apache-2.0
namespace sslhost::inference {
namespace {
constexpr int kLanes = 16, kRows = 8;
}
}  // namespace sslhost::inference

#include "sdk/src/kernels/inference/loops.hpp"

namespace sslhost::inference {

const Path kAvx512 = {"avx512", kLanes, multiply, filter};

}  // namespace sslhost::inference
