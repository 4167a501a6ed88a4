// SPDX-License-Identifier: Apache-2.0
#pragma once

// Labels that are likely wrong, by confident learning: Northcutt, Jiang and Chuang 2021, "Confident
// Learning: Estimating Uncertainty in Dataset Labels" (arXiv:1911.00068v6), section 3.1.

#include <cstdint>
#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

struct LabelError {
  int64_t place = 0;       ///< among the samples
  int64_t label = 0;       ///< its own
  int64_t likely = 0;      ///< the class that it is counted in
  double probability = 0;  ///< of its own label; the least come first
};

struct LabelErrors {
  std::vector<LabelError> found = {};
  double error = 0;     ///< of the classifier out of sample, a fraction: how much it can know
  bool judged = false;  ///< false: it errs too often, or a class has too few labels, to judge any
};

/// Off the diagonal of the confident joint, equation (1): sample x of label i is counted in class j
/// whose probability reaches t_j, the mean probability of class j among samples that are labeled j,
/// and is the largest of all that reach theirs. `probabilities` [N,K], out of sample; `labels` [N]
/// int64.
LabelErrors confident_errors_of(const Tensor& probabilities, const Tensor& labels);

/// Probabilities [N,K] that logistic regressions on features [N,D] have of samples that they were
/// not fitted to: five folds, each class shared out among them. The same for any number of threads
/// but for rounding.
Tensor out_of_sample(const Tensor& features, const Tensor& labels, int64_t classes);

/// Both. Not judged: a classifier that errs in more than a fifth of the samples, classes with fewer
/// than ten labels.
LabelErrors label_errors(const Tensor& features, const Tensor& labels, int64_t classes);

}  // namespace sslhost::host
