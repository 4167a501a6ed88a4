// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pools, on the device or on the host for it (residency.hpp). A pool keeps its samples in their own
// type; a batch is gathered and normalised on the device.

#include <cstdint>

#include "sslhost/phase.hpp"
#include "sslhost/types.hpp"

#include "host/data/sample_storage.hpp"
#include "host/data/scale.hpp"

namespace sslhost::host {

/// Rows `rows` of `data` as methods see them: [n,C,H,W] float32, on the device of batches. Of
/// samples that are elsewhere they are copied now, and the device is waited for.
Tensor gather(const SampleStorage& data, const Tensor& rows, const Scale& scale);

/// The samples of one role. Labels exist for the labeled pool only, so that no other label can
/// reach a method.
struct ResidentPool {
  SampleStorage data;  ///< of whole parts
  Tensor rows;         ///< [P] int64: which of them, in the split's shuffled order
  Tensor labels;       ///< [P] int64, or undefined
  Scale scale;
  int64_t size() const { return rows.size(0); }
};

}  // namespace sslhost::host
