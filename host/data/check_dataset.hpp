// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a dataset plugin reads is checked once, before anything relies on it: a plugin may be
// anyone's.

#include <memory>
#include <string>
#include <vector>

#include "sslhost/dataset.hpp"
#include "sslhost/original_sizes.hpp"

#include "host/loading/loader.hpp"

namespace sslhost::host {

enum class DataUse {
  training,    ///< a training part with labels, and classes
  prediction,  ///< any part will do, with labels or without
};

/// Throws Error (plugin) naming the part and the first thing that is wrong with it.
void check_dataset(const Dataset& dataset, const std::string& id, DataUse use);

/// Throws Error (data) for a class that only samples of the test part have: no model can learn it.
void require_learnable_classes(const Dataset& dataset, const std::string& id);

/// A reader with the plugin's options as they are now, and the user's cache.
std::unique_ptr<DatasetReader> make_reader(const LoadedPlugin& plugin,
                                           const DatasetReader::Progress& progress = {});

/// Whether the plugin brings its samples to any size.
bool takes_any_size(const LoadedPlugin& plugin);

struct ReadRequest {
  DatasetReader::Progress progress = {};
  std::vector<int64_t> preferred_shape = {};  ///< as DatasetReader::preferred_shape()
  DataUse use = DataUse::training;
  /// Filled, where it is one and the reader knows them: OriginalSizes::original_sizes().
  std::vector<PixelSize>* sizes = nullptr;
};

/// Has the plugin read `path` with its options, as for training, and checks what it gives.
Dataset read_dataset(const LoadedPlugin& plugin, const std::string& path,
                     const ReadRequest& request = {});
/// The same for a model of samples `shape`, [C,H,W].
Dataset read_to_predict(const LoadedPlugin& plugin, const std::string& path, IntArrayRef shape,
                        const std::string& knowledge = {},
                        const DatasetReader::Progress& progress = {});

}  // namespace sslhost::host
