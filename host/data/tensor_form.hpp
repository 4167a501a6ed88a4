// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is wrong with a tensor that a plugin gave: which of type, shape, layout and device, and of
// numbers the first.

#include <optional>
#include <string>
#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

/// All that is wrong with the form, in the words of an Error.
struct WrongForm {
  std::string expected, found, next;
};

inline constexpr int64_t kAnySize = -1, kSomeSize = -2;  ///< the latter: above 0

/// Nothing where the tensor is contiguous, on the CPU, of one of these types, and of these sizes,
/// which are called `shape`.
std::optional<WrongForm> wrong_form(const Tensor& tensor, const std::vector<at::ScalarType>& types,
                                    IntArrayRef sizes, const std::string& shape);

struct NotFinite {
  int64_t sample;
  std::string what;   ///< "NaN" or "an infinite one"
  std::string place;  ///< "channel 0, row 1, column 1, each from 0"
};

/// Of contiguous float32 samples [N,C,H,W], read in pieces: they may be larger than memory.
std::optional<NotFinite> first_not_finite(const Tensor& data);

}  // namespace sslhost::host
