// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/label_errors.hpp"

#include <algorithm>

#include <ATen/Functions.h>
#include <ATen/core/grad_mode.h>

#include "sslhost/training/integers.hpp"

#include "host/model/fit_head.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kFolds = 5, kFewestLabels = 10;
constexpr double kMostWrong = 0.2;

/// The fold of each sample, drawn within its class.
Tensor folds_of(const Tensor& labels, int64_t classes) {
  auto folds = at::empty_like(labels);
  auto* const fold = folds.mutable_data_ptr<int64_t>();
  const auto* const label = labels.const_data_ptr<int64_t>();
  std::vector<int64_t> seen(static_cast<size_t>(classes));
  for (const auto i : random::permutation(labels.size(0), random::name_key("folds")))
    fold[i] = seen[static_cast<size_t>(label[i])]++ % kFolds;
  return folds;
}

}  // namespace

Tensor out_of_sample(const Tensor& features, const Tensor& labels, int64_t classes) {
  const at::NoGradGuard constant;
  const auto own = labels.contiguous();
  const auto folds = folds_of(own, classes);
  auto probabilities = at::zeros({features.size(0), classes});
  for (int64_t fold = 0; fold < kFolds; ++fold) {
    const auto others = folds.ne(fold).nonzero().squeeze(1),
               these = folds.eq(fold).nonzero().squeeze(1);
    if (these.size(0) == 0) continue;
    const auto head =
        fit_linear_head(features.index_select(0, others), own.index_select(0, others), classes);
    const auto logits = features.index_select(0, these).mm(head.weight.t()) + head.bias;
    probabilities.index_copy_(0, these, logits.softmax(1));
  }
  return probabilities;
}

LabelErrors confident_errors_of(const Tensor& probabilities, const Tensor& labels) {
  const auto count = probabilities.size(0), classes = probabilities.size(1);
  const auto all = probabilities.to(at::kDouble).contiguous();
  const auto own = labels.contiguous();
  const auto* const p = all.const_data_ptr<double>();
  const auto* const label = own.const_data_ptr<int64_t>();
  std::vector<double> sums(static_cast<size_t>(classes)), sizes = sums;
  for (int64_t i = 0; i < count; ++i) {
    sums[static_cast<size_t>(label[i])] += p[i * classes + label[i]];
    ++sizes[static_cast<size_t>(label[i])];
  }
  LabelErrors errors = {.judged = true};
  int64_t wrong = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double* const row = p + i * classes;
    wrong += std::max_element(row, row + classes) - row != label[i];
    int64_t counted_in = -1;
    for (int64_t j = 0; j < classes; ++j) {
      const auto k = static_cast<size_t>(j);
      const bool reaches = sizes[k] > 0 && row[j] >= sums[k] / sizes[k];
      if (reaches && (counted_in < 0 || row[j] > row[counted_in])) counted_in = j;
    }
    if (counted_in >= 0 && counted_in != label[i])
      errors.found.push_back({i, label[i], counted_in, row[label[i]]});
  }
  errors.error = count > 0 ? static_cast<double>(wrong) / static_cast<double>(count) : 0;
  std::ranges::stable_sort(errors.found, {}, &LabelError::probability);
  return errors;
}

LabelErrors label_errors(const Tensor& features, const Tensor& labels, int64_t classes) {
  if (labels.size(0) == 0 || labels.bincount({}, classes).min().item<int64_t>() < kFewestLabels)
    return {};
  auto errors = confident_errors_of(out_of_sample(features, labels, classes), labels);
  if (errors.error <= kMostWrong) return errors;
  return {.error = errors.error};
}

}  // namespace sslhost::host
