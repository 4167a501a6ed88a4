// SPDX-License-Identifier: Apache-2.0
#pragma once

// A first head for pretrained features: drawn weights would send their noise through all layers
// below them in the first steps (A. Kumar et al., arXiv:2202.10054).

#include <string>

#include "sslhost/nn/backbone.hpp"

#include "host/data/pools.hpp"

namespace sslhost::host {

/// Logistic regression on features, W [K,D] and b [K]: min Σ cross entropy + λ/2 ‖W‖² with features
/// centered and divided by their root mean square.
struct LinearHead {
  Tensor weight, bias;
};
LinearHead fit_linear_head(const Tensor& features, const Tensor& labels, int64_t classes);

/// Sets the linear layer `head` of the network by the labeled samples, at most 2,000 of them.
/// Returns how many; 0: the head is no such layer, and stays as it is.
int64_t fit_head(Backbone& network, const std::string& head, const ResidentPool& labeled);

}  // namespace sslhost::host
