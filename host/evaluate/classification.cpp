// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/classification.hpp"

#include <limits>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Adds the scores to a mean; the support is summed, not averaged.
void add(ClassScores& mean, const ClassScores& scores, double weight) {
  mean.precision += weight * scores.precision;
  mean.recall += weight * scores.recall;
  mean.f1 += weight * scores.f1;
  mean.support += scores.support;
}

}  // namespace

Classification classify(std::span<const std::int64_t> confusion, std::int64_t classes) {
  const auto k = static_cast<std::size_t>(classes);
  if (classes <= 0 || confusion.size() != k * k) {
    throw Error(ExitCode::bug,
                {"confusion matrix", "classes² entries", std::to_string(confusion.size())});
  }
  Classification result;
  std::int64_t total = 0, correct = 0;
  for (std::size_t i = 0; i < k; ++i) {
    std::int64_t truly = 0, predicted = 0;
    for (std::size_t j = 0; j < k; ++j) {
      truly += confusion[i * k + j];
      predicted += confusion[j * k + i];
    }
    const std::int64_t hits = confusion[i * k + i];
    result.classes.push_back(
        {ratio(hits, predicted), ratio(hits, truly), ratio(2 * hits, truly + predicted), truly});
    total += truly;
    correct += hits;
  }
  for (const auto& scores : result.classes) {
    add(result.macro, scores, 1.0 / static_cast<double>(classes));
    add(result.weighted, scores, ratio(scores.support, total));
  }
  const double nan = std::numeric_limits<double>::quiet_NaN();
  result.accuracy = total > 0 ? ratio(correct, total) : nan;
  result.error = total > 0 ? ratio(total - correct, total) : nan;
  return result;
}

}  // namespace sslhost::host
