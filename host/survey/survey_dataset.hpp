// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "sslhost/dataset.hpp"
#include "sslhost/original_sizes.hpp"

#include "host/survey/survey.hpp"

namespace sslhost::host {

/// Looks at every sample once, on all cores. All of the survey but where the data came from, how
/// long reading took and what to do next. `sizes`: of all samples before they were brought to one,
/// or empty. What `progress` throws ends it.
Survey survey_dataset(const Dataset& dataset, std::span<const PixelSize> sizes,
                      const DatasetReader::Progress& progress);

}  // namespace sslhost::host
