// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a network offers to inference_of().

#include <limits>
#include <memory>

#include "sslhost/nn/batch_norm.hpp"
#include "sslhost/nn/convolution.hpp"
#include "sslhost/nn/inference.hpp"

#include "sdk/src/kernels/inference/lite_network.hpp"
#include "sdk/src/kernels/inference/residual_network.hpp"

namespace sslhost::networks {

class Foldable {
 public:
  virtual ~Foldable() = default;
  virtual std::unique_ptr<const Inference> folded() const = 0;
};

constexpr inference::Range kAnyNumber = {-std::numeric_limits<float>::infinity(),
                                         std::numeric_limits<float>::infinity()};
constexpr inference::Range kReLU = {0, std::numeric_limits<float>::infinity()};

/// A convolution without bias and the batch norm behind it as one convolution.
inference::Weights folded(const Tensor& weight, const BatchNorm& norm,
                          inference::Range range = kAnyNumber);

/// The same with the weights' order that inference::Convolution has.
inference::ConvolutionWeights folded(const sslhost::Conv2d& convolution, const BatchNorm& norm,
                                     inference::Range range);

std::unique_ptr<const Inference> lite_inference(const inference::LiteWeights& weights);
std::unique_ptr<const Inference> residual_inference(const inference::ResidualWeights& weights);

}  // namespace sslhost::networks
