// SPDX-License-Identifier: Apache-2.0
#pragma once

// Samples that are equal are one sample: a labeled one is in the unlabeled pool too, as a rule.

#include "sslhost/types.hpp"

namespace label_propagation {

struct Distinct {
  sslhost::Tensor first;  ///< [M] int64: a row of each kind; their order is that of their contents,
                          ///< whatever order the rows come in
  sslhost::Tensor kind;   ///< [N] int64: which of them each row is
};

/// Of float32 rows [N,D], all finite.
Distinct distinct_rows(const sslhost::Tensor& rows);

}  // namespace label_propagation
