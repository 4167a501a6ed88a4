// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/export.hpp"

namespace sslhost {

/// Which kernels the convolutions of this SDK's networks take on the CPU: "winograd" (minimal
/// filtering, where shapes allow it) or "library" (LibTorch's everywhere). Chosen by processor, or
/// by SSLHOST_CONVOLUTION=library; recorded with every run.
SSLHOST_API const char* convolution_path();

}  // namespace sslhost
