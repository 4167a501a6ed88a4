// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "sslhost/options.hpp"

namespace common {

/// Option `unlabeled_batch`: 1 or more.
inline sslhost::Option& add_unlabeled_batch(sslhost::OptionList& list, int64_t& samples) {
  return list
      .add("unlabeled_batch", samples,
           "unlabeled samples in a batch, U; at most the unlabeled pool is taken")
      .at_least(1)
      .at_most(1 << 20)
      .unit("samples");
}

}  // namespace common
