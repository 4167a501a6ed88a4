// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one way from images to logits, whoever asks: evaluation, pictures, a program that predicts.

#include <algorithm>
#include <memory>
#include <string>

#include "sslhost/method.hpp"
#include "sslhost/nn/inference.hpp"

#include "host/model/registry.hpp"

namespace sslhost::host {

/// Of the weights as they are when it is made. Evaluation mode must be on while it is used:
/// training goes on with another one.
class Predictor {
 public:
  /// `method` may be null where the registry names a network that predicts. Both must outlive this.
  Predictor(const Registry& registry, Method* method, std::string id);

  /// Images [n,C,H,W] as methods see them, at most a piece of them -> logits [n,K]. Throws Error
  /// (plugin) when the method gives another shape. A sample's logits on a CPU are the same bits
  /// whatever is beside it.
  Tensor operator()(const Tensor& images) const;

  /// Samples that go through the method together.
  int64_t piece() const;

  /// Calls each(first, count) for `size` samples, in pieces: a network's activations take far more
  /// memory than its images.
  template <class Each>
  void in_pieces(int64_t size, Each&& each) const {
    const auto most = piece();
    for (int64_t first = 0; first < size; first += most) each(first, std::min(most, size - first));
  }

 private:
  Tensor ask(const Tensor& images) const;

  const Registry& registry_;
  Method* method_;
  std::string id_;
  std::shared_ptr<const Inference> inference_;  ///< null: the network goes layer by layer
};

}  // namespace sslhost::host
