// SPDX-License-Identifier: Apache-2.0
#pragma once

// The data of a run as methods meet it: two resident pools, and parts for evaluation. Built from a
// dataset and a split.

#include "sslhost/dataset.hpp"
#include "sslhost/phase.hpp"

#include "host/data/augment/words.hpp"
#include "host/data/preparation.hpp"
#include "host/data/split.hpp"
#include "host/data/pools.hpp"

namespace sslhost::host {

/// Samples with their labels, for the host's own evaluation.
struct LabeledPart {
  Tensor data;    ///< [T,C,H,W] on the device
  Tensor rows;    ///< [P] int64
  Tensor labels;  ///< [P] int64 on the device
  Scale scale;
  int64_t size() const { return rows.defined() ? rows.size(0) : 0; }
};

struct RunData {
  ResidentPool labeled, unlabeled;
  LabeledPart validation, test;
  AugmentRecipe weak, strong;  // fitted; strong may be a misfit, as long as no view asks for it
  Task task;
};

/// Moves the samples to the device. The labels of unlabeled samples are not read. Throws Error
/// (usage) for a preparation that does not fit the images.
RunData place(const Dataset& dataset, const Split& split, c10::Device device,
              const Preparation& preparation = {});

}  // namespace sslhost::host
