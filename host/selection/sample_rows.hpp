// SPDX-License-Identifier: Apache-2.0
#pragma once

// A dataset's samples as rows to be compared. This is where its labels are left behind.

#include <cstdint>
#include <vector>

#include "sslhost/dataset.hpp"

#include "host/data/sample_storage.hpp"
#include "host/selection/samples.hpp"

namespace sslhost::host {

/// Its training part, and the unlabeled part counted on; the first may be empty. On the CPU.
SampleStorage pool_storage(const Dataset& dataset);

/// The samples `ids` by their rows in pool_storage(), as a split counts them. Pictures are brought
/// to 32x32 pixels at most by means of equal cells, features of a network to unit length, and what
/// the dataset wants standardized is, over these samples. `seen` must outlive it.
RowSource sample_rows(const Dataset& seen, std::vector<int64_t> ids);

/// LibTorch's threads.
void on_all_threads(int64_t count, const std::function<void(int64_t, int64_t)>& body);

/// Of the samples `ids` the `count` to label, as choose_medoids() says, in its order.
/// `labeled`: positions in `ids` of those that have a label.
std::vector<int64_t> medoids_among(const Dataset& seen, const std::vector<int64_t>& ids,
                                   const std::vector<int64_t>& labeled, int64_t count,
                                   uint64_t key);

}  // namespace sslhost::host
