// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which kernel serves a layer: by processor and shape, never by timing, which could differ between
// a run and its resumption, and with it the bits.

#include <vector>

#include "sslhost/types.hpp"

#include "sdk/src/kernels/inference/path.hpp"
#include "sdk/src/kernels/vectors/path.hpp"

namespace sslhost::kernels {

/// kScatter: LibTorch's, except for the gradient of the input.
enum class ConvolutionKernel { kLibrary, kScatter, kWinograd };
enum class PoolingKernel { kLibrary, kFused };

/// Our products for a linear layer, or null: the BLAS. What does not match goes to LibTorch, which
/// broadcasts it or says what is wrong.
const vectors::Path* linear_kernel(const Tensor& x, const Tensor& weight, const Tensor& bias);
ConvolutionKernel convolution_kernel(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                     int64_t stride, int64_t padding);
/// Of a convolution that takes kWinograd: whether its outputs, though not its gradients, come from
/// few_outputs.hpp.
bool has_few_outputs(const Tensor& weight);
PoolingKernel pooling_kernel(const Tensor& x);

/// The kernels of our own that layers take where their shapes allow it; null: LibTorch's
/// (kScatter, which any processor can do, is not among them).
struct Ours {
  const vectors::Path *linear, *convolutions;
  bool pooling;
  bool operator==(const Ours&) const = default;
};

struct Processor {
  bool avx512, amd, avx2 = false;  ///< avx2: with fused multiply-add
};
Processor this_processor();

/// Those of our vector kernels that a processor can do, the widest first.
std::vector<const vectors::Path*> paths_of(const Processor& processor);

/// The one of so many floats in a vector, as a backward pass remembers it.
const vectors::Path& path_of(int64_t lanes);

/// Values of SSLHOST_KERNELS, SSLHOST_LINEAR, SSLHOST_CONVOLUTION and SSLHOST_INFERENCE, null where
/// not set. The first is for all kernels: the widest vectors that they may take.
struct Wishes {
  const char *kernels = nullptr, *linear = nullptr, *convolution = nullptr, *inference = nullptr;
};
Ours choose(const Processor& processor, const Wishes& wishes);

/// What this process takes.
Ours ours();

/// The loops of networks in inference: avx512, avx2 or plain, as far as the processor can.
const inference::Path& choose_path(const Processor& processor, const Wishes& wishes);
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
