// SPDX-License-Identifier: Apache-2.0
#pragma once

// What pictures need to know of a run.

#include <cstdint>

#include "sslhost/dataset.hpp"

#include "host/data/preparation.hpp"
#include "host/data/run_data.hpp"
#include "host/data/split.hpp"

namespace sslhost::host {

/// All that is referred to must outlive the pictures.
struct PictureInputs {
  const Dataset& dataset;  ///< class names, and the labels of its training part
  const Split& split;
  const RunData& data;
  const Preparation& preparation;  ///< the words that the captions quote
  std::uint64_t seed = 0;          ///< the run's
  bool strong_views = false;       ///< whether any phase asks for them
};

}  // namespace sslhost::host
