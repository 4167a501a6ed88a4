// SPDX-License-Identifier: Apache-2.0
#pragma once

// Convolutions and pooling for networks of your own: LibTorch's operators, with kernels and
// gradients of our own where those are faster (kernels.hpp, docs/explanation/performance.md). All
// are at their best on channels_last() batches.

#include "sslhost/export.hpp"
#include "sslhost/nn/module.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// A square kernel.
struct ConvShape {
  int64_t kernel = 3, stride = 1, padding = 0;  ///< pixels, each way
  bool bias = true;                             ///< whether there is one
  /// Channels are split into this many parts, each with kernels of its own; it divides both counts.
  int64_t groups = 1;
};

/// at::conv2d: x [N,I,H,W], weight [O,I/groups,k,k], bias [O] or undefined -> [N,O,H',W'],
/// H' = ⌊(H + 2·padding − k) / stride⌋ + 1.
SSLHOST_API Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias,
                               int64_t stride, int64_t padding, int64_t groups = 1);

/// torch.nn.Conv2d's parameters `weight` [O,I/groups,k,k] and `bias` [O], initialised as there
/// (uniform ±1/√(I/groups·k²)).
class SSLHOST_API Conv2d : public Module {
 public:
  /// I and O channels. Throws c10::Error where `groups` does not divide both.
  Conv2d(int64_t in, int64_t out, ConvShape shape);
  /// [N,I,H,W] -> [N,O,H',W'].
  Tensor forward(const Tensor& x) const {
    return convolution(x, weight, bias, shape_.stride, shape_.padding, shape_.groups);
  }
  Tensor operator()(const Tensor& x) const { return forward(x); }  ///< forward(x)
  const ConvShape& shape() const { return shape_; }                ///< as it was given
  Tensor weight, bias;  ///< [O,I/groups,k,k]; [O] or undefined

 protected:
  /// The initial weights; no bias where it is undefined.
  Conv2d(ConvShape shape, Tensor initial_weight, Tensor initial_bias);

 private:
  ConvShape shape_;
};

/// The maximum of each window of 2×2, and the ReLU of it if asked for: together they are one pass
/// over the batch. [N,C,H,W] -> [N,C,⌊H/2⌋,⌊W/2⌋]; of equal values the first takes the gradient.
SSLHOST_API Tensor max_pool2x2(const Tensor& x, bool relu = false);

/// The layout in which CPU kernels for convolution, pooling and batch norm are fastest; what
/// follows keeps it. Elsewhere nothing happens.
SSLHOST_API Tensor channels_last(const Tensor& images);

}  // namespace sslhost
