// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sslhost/export.hpp"

namespace sslhost {

/// Which kernels layers take on the CPU where their shapes allow it, as every run records it:
/// "linear_layers" avx512 (our own) or blas, "convolutions" winograd (minimal filtering) or
/// library, "pooling" fused (with the ReLU, in one pass) or library, "inference" (inference.hpp)
/// avx512, avx2 or plain. Chosen by processor, or by SSLHOST_LINEAR=blas, avx512,
/// SSLHOST_CONVOLUTION=library and SSLHOST_INFERENCE=avx2, plain.
SSLHOST_API std::vector<std::pair<std::string, std::string>> kernel_paths();

}  // namespace sslhost
