// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weight normalization: w = g·v/‖v‖ for each output (T. Salimans, D. Kingma, "Weight
// Normalization", arXiv:1602.07868v3, eq. 2), and the initialization from data that belongs to it.

#include <cstdint>

#include "sslhost/export.hpp"
#include "sslhost/nn/backbone.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// Parameters named as torch.nn.utils.weight_norm names them: `weight_g` [O,1,...] starts as 1,
/// `weight_v` [O,I,...] as N(0, 0.05²), `bias` [O] as 0.
class SSLHOST_API WeightNormLayer : public Module {
 public:
  /// apply() with weight(); in initialize_from_data() it fits weight_g and bias first.
  Tensor forward(const Tensor& x);
  Tensor operator()(const Tensor& x) { return forward(x); }  ///< forward(x)
  Tensor weight() const;                                     ///< g·v/‖v‖

  Tensor weight_g, weight_v, bias;  ///< g [O,1,...], v [O,I,...], b [O]
  double output_std = 1;            ///< of the outputs, right after initialize_from_data()

 protected:
  /// `train_scale` false: weight_g is saved, but takes no gradient.
  WeightNormLayer(IntArrayRef weight_shape, bool train_scale);
  /// The layer with this weight [O,I,...] and bias [O].
  virtual Tensor apply(const Tensor& x, const Tensor& weight, const Tensor& bias) const = 0;

 private:
  friend void initialize_from_data(Backbone& network, const Tensor& images);
  void fit(const Tensor& outputs);
  bool fitting_ = false;
};

/// y = x wᵀ + b: [N,I] -> [N,O].
class SSLHOST_API WeightNormLinear : public WeightNormLayer {
 public:
  WeightNormLinear(int64_t in, int64_t out, bool train_scale = true);  ///< I and O numbers

 protected:
  Tensor apply(const Tensor& x, const Tensor& weight, const Tensor& bias) const override;
};

/// Square kernels: [N,I,H,W] -> [N,O,H',W'].
class SSLHOST_API WeightNormConv2d : public WeightNormLayer {
 public:
  /// I and O channels; kernel, stride and padding in pixels, as in ConvShape.
  WeightNormConv2d(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1, int64_t padding = 0,
                   bool train_scale = true);

 protected:
  Tensor apply(const Tensor& x, const Tensor& weight, const Tensor& bias) const override;

 private:
  int64_t stride_, padding_;
};

/// One pass that sets `weight_g` and `bias` layer by layer, so that on these images (some hundreds)
/// the outputs of every weight-norm layer have mean 0 and its `output_std` (eq. 5 and 6). Other
/// layers stay as they are. For Method::begin(); in training mode noise layers draw.
SSLHOST_API void initialize_from_data(Backbone& network, const Tensor& images);

}  // namespace sslhost
