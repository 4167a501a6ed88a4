// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

/// Tensors that take a gradient and that this one was computed from, itself among them where it was
/// computed from none. Empty: it takes no gradient.
std::vector<Tensor> leaves_of(const Tensor& loss);

}  // namespace sslhost::host
