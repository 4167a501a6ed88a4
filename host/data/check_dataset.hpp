// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a dataset plugin reads is checked once, before anything relies on it: a plugin may be
// anyone's.

#include <string>

#include "sslhost/dataset.hpp"

#include "host/loading/loader.hpp"

namespace sslhost::host {

enum class DataUse {
  training,    ///< a training part with labels, and classes
  prediction,  ///< any part will do, with labels or without
};

/// Throws Error (plugin) naming the part and the first thing that is wrong with it.
void check_dataset(const Dataset& dataset, const std::string& id, DataUse use);

/// Has the plugin read `path` with its options, as for training, and checks what it gives for
/// `use`.
Dataset read_dataset(const LoadedPlugin& plugin, const std::string& path,
                     const DatasetReader::Progress& progress = {}, DataUse use = DataUse::training);
/// The same for a model of samples `shape`, [C,H,W].
Dataset read_to_predict(const LoadedPlugin& plugin, const std::string& path, IntArrayRef shape);

}  // namespace sslhost::host
