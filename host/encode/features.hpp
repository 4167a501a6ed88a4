// SPDX-License-Identifier: Apache-2.0
#pragma once

// A dataset of pictures as a dataset of features, computed once.

#include <filesystem>

#include "sslhost/dataset.hpp"

#include "host/encode/encoder.hpp"

namespace sslhost::host {

/// The user's folder for features; empty where there is none.
std::filesystem::path feature_cache();

/// The same samples, labels and names with features [N,D,1,1] as data. Pieces
/// of 512 pictures are kept in `cache`, named after a hash of pixels and weights: what was
/// computed before a stop or a kill is there afterwards, and runs share it. An empty `cache`, or
/// one that cannot be written to, costs time only. progress(pictures done, all) may throw.
Dataset features_of(const Dataset& pictures, const Encoder& encoder,
                    const std::filesystem::path& cache, const DatasetReader::Progress& progress);

}  // namespace sslhost::host
