// SPDX-License-Identifier: Apache-2.0
#pragma once

// Of which samples some are to be labeled next.

#include <cstdint>
#include <vector>

#include "sslhost/dataset.hpp"

#include "host/data/split.hpp"

namespace sslhost::host {

/// Ids count as sample_rows() has them.
struct PoolToLabel {
  std::vector<int64_t> ids = {};      ///< all that are compared
  std::vector<int64_t> labeled = {};  ///< positions in `ids` of those that have a label
  bool overlooked = false;            ///< all have a label, and count as if they had none

  /// How many may be chosen.
  int64_t open() const { return std::ssize(ids) - std::ssize(labeled); }
};

/// Training and unlabeled part, never a test part. Where there are labels and nothing is without,
/// as in a benchmark, they are overlooked.
PoolToLabel pool_to_label(const Dataset& dataset);

/// Those that a model may be unsure of. `split` is that of its run, of this dataset: the unlabeled
/// pool without the labeled samples. Null where that is not known: the unlabeled part, else the
/// training part.
PoolToLabel pool_to_label_next(const Dataset& dataset, const Split* split);

}  // namespace sslhost::host
