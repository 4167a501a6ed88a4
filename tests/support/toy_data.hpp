// SPDX-License-Identifier: Apache-2.0
#pragma once

// Data small enough to check by hand, as the trainer meets it.

#include <utility>

#include <ATen/ops/arange.h>

#include "host/data/run_data.hpp"

namespace sslhost::host::testing {

/// 3 classes, images [1,2,3] of bytes that differ from sample to sample. The first `labeled`
/// samples are labeled, the next `unlabeled` are the unlabeled pool, the last 9 are for validation
/// and test.
inline RunData toy_data(int64_t labeled = 6, int64_t unlabeled = 10) {
  constexpr int64_t kOthers = 9;
  const int64_t all = labeled + unlabeled + kOthers;
  const auto data =
      at::arange(all * 6, at::kLong).mul(37).remainder(251).to(at::kByte).view({all, 1, 2, 3});
  const auto labels = at::arange(all, at::kLong).remainder(3);
  const auto rows = [](int64_t first, int64_t count) {
    return at::arange(first, first + count, at::kLong);
  };
  const auto part = [&](int64_t first, int64_t count) {
    return LabeledPart{data, rows(first, count), labels.narrow(0, first, count), 1.0 / 255};
  };
  RunData run;
  run.labeled = {data, rows(0, labeled), labels.narrow(0, 0, labeled), 1.0 / 255};
  run.unlabeled = {data, rows(labeled, unlabeled), {}, 1.0 / 255};
  run.validation = run.test = part(labeled + unlabeled, kOthers);
  run.task = {.classes = 3,
              .channels = 1,
              .height = 2,
              .width = 3,
              .labeled = labeled,
              .unlabeled = unlabeled,
              .data_rms = 1};
  return run;
}

}  // namespace sslhost::host::testing
