// SPDX-License-Identifier: Apache-2.0
#pragma once

// What all arms of a comparison have in common, and what they have not.

#include <string>
#include <string_view>
#include <vector>

#include "host/comparison/plan.hpp"
#include "host/config/recorded_options.hpp"

namespace sslhost::host {

/// Whether an option says which samples there are, and in which roles.
bool decides_samples(std::string_view name);

/// That, or network, views or number of updates.
bool is_shared(std::string_view name);

/// What an arm takes over from the baseline: of the options that it has, those that decide samples,
/// network, views and number of updates (of a recipe the samples alone) and are others in its own
/// configuration. All of an arm that is the baseline are its own.
RecordedOptions taken_over(const RecordedOptions& own, const RecordedOptions& baseline,
                           bool recipe);

/// A sentence for each option that arms have in common and differ in; those of `except` are passed
/// over. The first setting of each arm counts.
std::vector<std::string> differing_options(const std::vector<ArmSetting>& settings,
                                           const std::vector<std::string>& except);

/// A sentence about what an arm took over.
std::string taken_over_text(const std::string& arm, const std::string& baseline,
                            const RecordedOptions& own, const RecordedOptions& taken);

}  // namespace sslhost::host
