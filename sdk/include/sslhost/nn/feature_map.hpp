// SPDX-License-Identifier: Apache-2.0
#pragma once

// What networks know of places in the image before they average over them.

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// A Backbone whose features are a mean over positions is one of these too:
/// `dynamic_cast<FeatureMap*>(&*net)`; null for other networks. For methods that need to know where
/// in the image something is, which the mean does not tell.
class SSLHOST_API FeatureMap {
 public:
  virtual ~FeatureMap();
  /// What is averaged, [N,C,H,W] -> [N,D,h,w], D being Backbone::width().
  virtual Tensor feature_map(const Tensor& images) = 0;
};

}  // namespace sslhost
