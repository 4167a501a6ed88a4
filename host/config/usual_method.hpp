// SPDX-License-Identifier: Apache-2.0
#pragma once

// What trains where nobody names a method.

#include <optional>
#include <string>

#include "host/discovery/search_path.hpp"

namespace sslhost::host {

struct UsualMethod {
  std::string recipe;
  std::string why;  ///< a line for the user
};

/// For photos (a dataset of any_size()): label propagation on features where an encoder is at hand,
/// else a small network trained from scratch. Nothing for other data. `encoder` is as the user gave
/// it, or "auto"; `model`: whether they named a network.
std::optional<UsualMethod> usual_method(const std::string& dataset, const std::string& encoder,
                                        bool model, const SearchPath& search);

}  // namespace sslhost::host
