// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include "sslhost/cuda_library.hpp"

namespace sslhost::detail {

namespace {

/// In the folder of this library.
std::string beside_us(const std::string& name) {
  Dl_info info = {};
  static const char here = 0;
  if (dladdr(&here, &info) == 0 || info.dli_fname == nullptr) return name;
  const std::string file = info.dli_fname;
  return file.substr(0, file.rfind('/') + 1) + name;
}

CudaLibrary load() {
  if (!dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL))
    return {nullptr, "no NVIDIA driver on this machine (libcuda.so.1 is not there)"};
  if (void* handle = dlopen(beside_us(SSLHOST_CUDA_LIBRARY).c_str(), RTLD_NOW | RTLD_LOCAL))
    return {handle, {}};
  const char* why = dlerror();
  return {nullptr, "this LibTorch has no CUDA, or not all of it: " +
                       std::string(why ? why : "its libraries could not be loaded")};
}

/// LibTorch asks once whether there is CUDA, at whatever comes first: so ours comes before.
[[gnu::constructor]] void load_early() { cuda_library(); }

}  // namespace

const CudaLibrary& cuda_library() {
  static const CudaLibrary library = load();
  return library;
}

}  // namespace sslhost::detail
