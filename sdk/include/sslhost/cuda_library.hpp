// SPDX-License-Identifier: Apache-2.0
#pragma once

// What needs CUDA is a library of its own, libsslhost_cuda, which is loaded together with the SDK
// where the machine has NVIDIA's driver, and nowhere else: other machines need no CUDA, and save
// the memory and the time that its libraries take.

#include <string>

#include "sslhost/export.hpp"

namespace sslhost::detail {

/// The library as dlopen() gave it, or null and why.
struct CudaLibrary {
  void* handle = nullptr;
  std::string why_not = {};
};

SSLHOST_API const CudaLibrary& cuda_library();

}  // namespace sslhost::detail
