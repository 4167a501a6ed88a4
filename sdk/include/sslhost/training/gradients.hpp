// SPDX-License-Identifier: Apache-2.0
#pragma once

// torch.autograd.grad without its header, which takes seconds to compile.

#include <vector>

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// As torch.autograd.grad's.
struct GradientOptions {
  bool keep_graph = false;    ///< for a second call over the same graph
  bool create_graph = false;  ///< for gradients of the gradients
  bool allow_unused = false;  ///< an input that the value does not depend on has an undefined one
};

/// Gradients of `value` [] with respect to `inputs`, in their order, each of its input's shape.
/// Nothing is accumulated into any tensor's grad().
SSLHOST_API std::vector<Tensor> gradients(const Tensor& value, const std::vector<Tensor>& inputs,
                                          GradientOptions options = {});

}  // namespace sslhost
