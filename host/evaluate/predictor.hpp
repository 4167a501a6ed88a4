// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one way from images to logits, whoever asks: evaluation, pictures, a program that predicts.

#include <algorithm>
#include <string>

#include "sslhost/method.hpp"

#include "host/model/registry.hpp"

namespace sslhost::host {

class Predictor {
 public:
  /// `method` may be null where the registry names a network that predicts. Both must outlive this.
  Predictor(const Registry& registry, Method* method, std::string id)
      : registry_(registry), method_(method), id_(std::move(id)) {}

  /// Images [n,C,H,W] as methods see them -> logits [n,K]; evaluation mode must be on. Throws Error
  /// (plugin) when the method gives another shape.
  Tensor operator()(const Tensor& images) const;

  /// Calls each(first, count) for `size` samples, in pieces: a network's activations take far more
  /// memory than its images.
  template <class Each>
  static void in_pieces(int64_t size, Each&& each) {
    constexpr int64_t kPiece = 1000;
    for (int64_t first = 0; first < size; first += kPiece)
      each(first, std::min(kPiece, size - first));
  }

 private:
  const Registry& registry_;
  Method* method_;
  std::string id_;
};

}  // namespace sslhost::host
