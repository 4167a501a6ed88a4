// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ability "sslhost.diagnostics/1" (Method::ability): looks at the means of what a
// method logged, whenever the metrics get a line, so that a run which goes wrong without an error
// says so. Runs on the host, between iterations.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sslhost/export.hpp"

namespace sslhost {

/// Looks at what was logged, on the training thread.
class SSLHOST_API Diagnostics {
 public:
  static constexpr std::string_view kAbility = "sslhost.diagnostics/1";  ///< the id for ability()
  using Means = std::vector<std::pair<std::string, double>>;  ///< logged names and their means

  virtual ~Diagnostics() = default;
  /// `iteration` is the number of iterations of the phase that are done. Each text is shown once in
  /// a run.
  virtual std::optional<std::string> diagnose(const Means& means, int64_t iteration) const = 0;
};

}  // namespace sslhost
