// SPDX-License-Identifier: Apache-2.0
#pragma once

// Finds out what a function of images computes: LibTorch's tracer records the operators that it
// calls. Nobody has to describe a network a second time, and a plugin's own predictions can be
// exported like a network's.

#include <functional>
#include <vector>

#include "sslhost/types.hpp"

#include "host/export/operations.hpp"

namespace sslhost::host {

/// `classify` takes images [N,C,H,W] of this shape and type to logits [N,K], whatever N is, and
/// asks for no gradient. `named` are the tensors that are called so in the result. It is called
/// with two sizes of batches: what differs between the two is what depends on N; and once more, to
/// see that what was recorded gives the same. Throws Error (plugin) for what cannot be told from
/// that. `who` is whose function it is, for errors.
Operations trace(const std::function<Tensor(const Tensor&)>& classify, IntArrayRef image_shape,
                 at::ScalarType type, const NamedTensors& named, const std::string& who);

}  // namespace sslhost::host
