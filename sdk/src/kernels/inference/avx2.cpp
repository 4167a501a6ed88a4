// SPDX-License-Identifier: Apache-2.0
namespace sslhost::inference {
namespace {
constexpr int kLanes = 8, kRows = 4;
}
}  // namespace sslhost::inference

#include "sdk/src/kernels/inference/loops.hpp"

namespace sslhost::inference {

const Path kAvx2 = {"avx2", kLanes, multiply, filter};

}  // namespace sslhost::inference
