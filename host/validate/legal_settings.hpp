// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random values of options that their ranges allow.

#include <cstdint>
#include <string>

#include "sslhost/options.hpp"

#include "host/validate/trial.hpp"

namespace sslhost::host {

/// The n-th setting of a seed: about half of the options, near their defaults, at times at an end
/// of their range. Paths and free texts stay as they are.
OptionTexts legal_setting(const OptionList& list, uint64_t seed, int n);

/// "--weight 0.5 --batch 12".
std::string as_flags(const OptionTexts& setting);

}  // namespace sslhost::host
