// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/export.hpp"

namespace sslhost {

namespace kernels {
class Override;
}

/// Which kernels layers take on the CPU where their shapes allow it, as every run records it:
/// "linear_layers" avx512, avx2 (our own) or blas, "convolutions" winograd (minimal filtering, with
/// AVX-512), winograd-avx2 or library, "pooling" fused (with the ReLU, in one pass) or library,
/// "inference" (inference.hpp) avx512, avx2 or plain. Chosen by processor, or by
/// SSLHOST_KERNELS=avx2, plain for all of them, SSLHOST_LINEAR=blas, avx512, avx2,
/// SSLHOST_CONVOLUTION=library and SSLHOST_INFERENCE=avx2, plain. Throws sslhost::Error where
/// SSLHOST_KERNELS is none of its words.
SSLHOST_API std::vector<std::pair<std::string, std::string>> kernel_paths();

/// As long as it lives, layers take LibTorch's operators in place of kernels of our own, in the
/// whole process: for those that look at operators, such as a tracer.
class SSLHOST_API LibraryKernels {
 public:
  LibraryKernels();
  ~LibraryKernels();
  LibraryKernels(const LibraryKernels&) = delete;
  LibraryKernels& operator=(const LibraryKernels&) = delete;

 private:
  std::unique_ptr<kernels::Override> override_;
};

}  // namespace sslhost
