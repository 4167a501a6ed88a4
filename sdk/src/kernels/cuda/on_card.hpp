// SPDX-License-Identifier: Apache-2.0
#pragma once

// Launches for a tensor: on its card, on the stream that LibTorch works on, and checked.

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "sslhost/types.hpp"

namespace sslhost::cuda {

/// launch(values, stream), which fills `out`.
template <class Launch>
Tensor on_card(const Tensor& out, Launch launch) {
  const c10::cuda::CUDAGuard guard(out.device());
  launch(out.mutable_data_ptr<float>(), c10::cuda::getCurrentCUDAStream().stream());
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out;
}

}  // namespace sslhost::cuda
