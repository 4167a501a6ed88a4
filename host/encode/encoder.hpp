// SPDX-License-Identifier: Apache-2.0
#pragma once

// A pretrained network that is not trained any more: pictures in, features out.

#include <memory>
#include <string>
#include <vector>

#include "sslhost/nn/inference.hpp"
#include "sslhost/nn/networks.hpp"

#include "host/encode/pretrained.hpp"

namespace sslhost::host {

/// How stored pictures are to be read.
struct Stored {
  std::vector<int64_t> shape;  ///< [C,H,W]
  double scale = 1;            ///< stored · scale is in [0,1]
  bool pixels = true;          ///< uint8, else float32
};

class Encoder {
 public:
  /// Throws Error (storage) for weights that are not the network's.
  Encoder(const Pretrained& weights, c10::Device device);

  /// Stored pictures [N,C,H,W] on the CPU -> features [N,D,1,1] float32 on the CPU. Gray pictures
  /// and those of another size are brought to what the network takes. On a CPU the features of a
  /// picture are the same, bit for bit, whatever pictures are beside it and however many cores
  /// work.
  Tensor operator()(const Tensor& stored, double scale) const;

  /// The same but for rounding, by LibTorch's operators one after the other, for those that look at
  /// them: [N,C,H,W] -> [N,D].
  Tensor by_layers(const Tensor& stored, double scale) const;

  const std::string& network() const { return network_; }
  const std::string& checksum() const { return checksum_; }
  std::vector<int64_t> shape() const { return {3, side_, side_}; }  ///< that it takes as they are
  int64_t width() const { return backbone_->width(); }              ///< D
  std::string device() const { return device_.str(); }
  NamedTensors tensors() const;  ///< what features depend on

 private:
  Tensor forward(const Tensor& stored, double scale) const;

  std::string network_, checksum_;
  int64_t side_;
  c10::Device device_;
  Tensor mean_, std_;  ///< [3,1,1]
  std::shared_ptr<Backbone> backbone_;
  std::unique_ptr<const Inference> inference_;  ///< of backbone_; null: it has none
};

}  // namespace sslhost::host
