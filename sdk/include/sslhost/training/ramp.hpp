// SPDX-License-Identifier: Apache-2.0
#pragma once

// The weight of a loss that comes in slowly: a factor that rises to 1 over the first part of a
// phase.

#include "sslhost/export.hpp"
#include "sslhost/options.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// With t = min(1, progress/fraction): none 1; linear t; sigmoid exp(−5(1 − t)²), which starts at
/// 0.0067 (Laine & Aila 2017, arXiv:1610.02242v3, section 2.1).
struct SSLHOST_API RampOptions {
  /// What each does is said at RampOptions.
  enum class Kind { none, linear, sigmoid };
  Kind kind = Kind::none;  ///< --ramp
  double fraction = 0.27;  ///< of the phase, (0, 1]; theirs: 80 of 300 epochs
  /// Options `ramp` and `ramp_fraction`.
  static void describe(OptionList& list, RampOptions& v);
};

/// `progress` is Step::progress(), [] in [0, 1]; the factor is [] on the same device.
SSLHOST_API Tensor ramp(const Tensor& progress, const RampOptions& options);

}  // namespace sslhost
