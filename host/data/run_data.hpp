// SPDX-License-Identifier: Apache-2.0
#pragma once

// The data of a run as methods meet it: two pools, and parts for evaluation. Built from a
// dataset and a split.

#include "sslhost/dataset.hpp"
#include "sslhost/phase.hpp"

#include "host/data/augment/words.hpp"
#include "host/data/pools.hpp"
#include "host/data/preparation.hpp"
#include "host/data/residency.hpp"
#include "host/data/split.hpp"
#include "host/parallel/group.hpp"

namespace sslhost::host {

/// What splits know of a dataset that outlives them. Its training part has labels, or is not there.
SplitSource source_of(const Dataset& dataset);

/// What samples of that shape are.
DataKind kind_of(const ImageShape& shape);

/// Samples with their labels, for the host's own evaluation.
struct LabeledPart {
  SampleStorage data;
  Tensor rows;    ///< [P] int64
  Tensor labels;  ///< [P] int64 on the device
  Scale scale;
  int64_t size() const { return rows.defined() ? rows.size(0) : 0; }
};

struct RunData {
  ResidentPool labeled, unlabeled;
  /// Of the unlabeled pool, [unlabeled] int64, −1: none. For Step::log_accuracy() alone, which
  /// hands none of them on; undefined where none is known.
  Tensor hidden_labels;
  LabeledPart validation, test;
  bool read_ahead = false;        ///< steps get their batches from readers (batch_reader.hpp)
  ProcessGroup* ranks = nullptr;  ///< have a part of every batch each; null: one process
  AugmentRecipe weak, strong;     // fitted; strong may be a misfit, as long as no view asks for it
  Task task;
};

/// Moves the samples to the device, unless they stay on the host; on a CPU nothing is copied.
/// Throws Error: usage for a preparation that does not fit the images, data where all samples of a
/// pool are equal.
RunData place(const Dataset& dataset, const Split& split, c10::Device device,
              const Preparation& preparation = {}, Residency residency = Residency::device);

}  // namespace sslhost::host
