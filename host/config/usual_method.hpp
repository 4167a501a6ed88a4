// SPDX-License-Identifier: Apache-2.0
#pragma once

// What trains where nobody names a method.

#include <optional>
#include <string>

#include "sslhost/engine.hpp"
#include "sslhost/options.hpp"

#include "host/discovery/search_path.hpp"

namespace sslhost::host {

struct UsualMethod {
  std::string recipe;
  std::string why;  ///< a line for the user
  /// The recipe instead of it where no sample is without a label; empty: none.
  std::string where_all_labeled = {};
};

/// For photos (a dataset of any_size()): label propagation on features where an encoder is at hand,
/// or a linear probe of them where that has nothing to propagate to, supervised training where it
/// is to begin with weights, else a small network trained from scratch. Nothing for other data.
/// `encoder` is as the user gave it, or "auto"; `init` too, or empty; `model`: whether they named a
/// network.
std::optional<UsualMethod> usual_method(const std::string& dataset, const std::string& encoder,
                                        const std::string& init, bool model,
                                        const SearchPath& search);

/// Where no method was named and none can be chosen. A misspelt flag is named first: it may be what
/// was to name the method, or the data. Throws Error (usage).
[[noreturn]] void fail_without_method(const TrainRequest& request, const std::string& data,
                                      const OptionList& host, const SearchPath& search);

}  // namespace sslhost::host
