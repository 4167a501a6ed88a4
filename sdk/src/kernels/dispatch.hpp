// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which kernel serves a layer: by processor and shape, never by timing, which could differ between
// a run and its resumption, and with it the bits.

#include "sslhost/types.hpp"

#include "sdk/src/kernels/inference/path.hpp"

namespace sslhost::kernels {

enum class LinearKernel { kBlas, kAvx512 };
/// kScatter: LibTorch's, except for the gradient of the input.
enum class ConvolutionKernel { kLibrary, kScatter, kWinograd };
enum class PoolingKernel { kLibrary, kFused };

/// What does not match goes to LibTorch, which broadcasts it or says what is wrong.
LinearKernel linear_kernel(const Tensor& x, const Tensor& weight, const Tensor& bias);
ConvolutionKernel convolution_kernel(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                     int64_t stride, int64_t padding);
PoolingKernel pooling_kernel(const Tensor& x);

/// The layers that take our own kernels where their shapes allow it (kScatter, which any processor
/// can do, is not among them).
struct Ours {
  bool linear, convolutions, pooling;
  bool operator==(const Ours&) const = default;
};

struct Processor {
  bool avx512, amd, avx2 = false;  ///< avx2: with fused multiply-add
};
Processor this_processor();

/// For a processor and the values of SSLHOST_LINEAR and SSLHOST_CONVOLUTION, null where not set.
Ours choose(const Processor& processor, const char* linear, const char* convolution);

/// What this process takes.
Ours ours();

/// The loops of networks in inference for a processor and the value of SSLHOST_INFERENCE, null
/// where it is not set: avx512, avx2 or plain, as far as the processor can.
const inference::Path& choose_path(const Processor& processor, const char* wanted);
const inference::Path& inference_path();

/// For tests: as long as it lives `wanted` is taken, as far as the processor can.
class Override {
 public:
  explicit Override(Ours wanted);
  Override(const Override&) = delete;
  Override& operator=(const Override&) = delete;
  ~Override();

 private:
  Ours before_;
};

}  // namespace sslhost::kernels
