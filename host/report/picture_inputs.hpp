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
  const Dataset& dataset;  ///< as it was read: class names, labels, and pictures where methods saw
                           ///< features of them
  const Split& split;
  const RunData& data;
  const Preparation& preparation;  ///< the words that the captions quote
  std::uint64_t seed = 0;          ///< the run's
  bool strong_views = false;       ///< whether any phase asks for them
  bool encoded = false;            ///< whether methods saw features of the dataset's pictures

  /// Whether samples are pictures to people.
  bool are_pictures() const {
    return data.task.kind == DataKind::image ||
           (encoded && dataset.train.data.size(2) * dataset.train.data.size(3) > 1);
  }
};

}  // namespace sslhost::host
