// SPDX-License-Identifier: Apache-2.0
#pragma once

// The data of a run as methods meet it: two resident pools, and parts for evaluation. Built from a
// dataset and a split.

#include "sslhost/dataset.hpp"
#include "sslhost/phase.hpp"

#include "host/data/split.hpp"
#include "host/data/streams.hpp"

namespace sslhost::host {

/// Samples with their labels, for the host's own evaluation.
struct LabeledPart {
  Tensor data;    ///< [T,C,H,W] on the device
  Tensor rows;    ///< [P] int64
  Tensor labels;  ///< [P] int64 on the device
  double scale = 1;
  int64_t size() const { return rows.defined() ? rows.size(0) : 0; }
};

struct RunData {
  ResidentPool labeled, unlabeled;
  LabeledPart validation, test;
  Task task;
};

/// Moves the samples to the device. The labels of unlabeled samples are not read.
RunData place(const Dataset& dataset, const Split& split, c10::Device device);

}  // namespace sslhost::host
