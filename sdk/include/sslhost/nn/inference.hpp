// SPDX-License-Identifier: Apache-2.0
#pragma once

// Features of a network that is not trained any more, several times as fast as by its layers:
// batch norm is folded into the convolutions before it, and layers that follow one another work on
// what lies in a core's caches.

#include <memory>

#include "sslhost/export.hpp"
#include "sslhost/nn/backbone.hpp"

namespace sslhost {

/// A network's features, of its weights as they were when inference_of() made it.
class SSLHOST_API Inference {
 public:
  virtual ~Inference();
  /// Backbone::features() in evaluation mode but for rounding: [N,C,H,W] float32 on the CPU ->
  /// [N,D], without gradients. An image's are the same bits whatever images are beside it and
  /// however many threads there are. Threads may call it at once.
  virtual Tensor features(const Tensor& images) const = 0;
};

/// Of the weights as they are now; null for a network that has none, and one that is not float32 on
/// the CPU. docs/reference/networks.md says which have one.
SSLHOST_API std::unique_ptr<const Inference> inference_of(const Backbone& network);

}  // namespace sslhost
