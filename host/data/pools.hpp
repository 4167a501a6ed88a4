// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pools resident on the device. A pool keeps its samples in their own type; a batch is gathered and
// normalised on the device.

#include <cstdint>

#include "sslhost/phase.hpp"
#include "sslhost/types.hpp"

#include "host/data/sample_storage.hpp"
#include "host/data/scale.hpp"

namespace sslhost::host {

/// Rows `rows` of `data` as methods see them: [n,C,H,W] float32.
Tensor gather(const SampleStorage& data, const Tensor& rows, const Scale& scale);

/// The samples of one role. Labels exist for the labeled pool only, so that no other label can
/// reach a method.
struct ResidentPool {
  SampleStorage data;  ///< of whole parts, on the device
  Tensor rows;         ///< [P] int64: which of them, in the split's shuffled order
  Tensor labels;       ///< [P] int64, or undefined
  Scale scale;
  int64_t size() const { return rows.size(0); }
};

}  // namespace sslhost::host
