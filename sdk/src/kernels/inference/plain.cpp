// SPDX-License-Identifier: Apache-2.0
namespace sslhost::inference {
namespace {
constexpr int kLanes = 4, kRows = 4;
}
}  // namespace sslhost::inference

#include "sdk/src/kernels/inference/loops.hpp"

namespace sslhost::inference {

const Path kPlain = {"plain", kLanes, multiply, filter};

}  // namespace sslhost::inference
