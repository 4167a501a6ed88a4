// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/classification.hpp"

#include <algorithm>
#include <limits>

#include <fmt/core.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

constexpr int kDigits = 3;

double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Adds the scores to a mean; the support is summed, not averaged.
void add(ClassScores& mean, const ClassScores& scores, double weight) {
  mean.precision += weight * scores.precision;
  mean.recall += weight * scores.recall;
  mean.f1 += weight * scores.f1;
  mean.support += scores.support;
}

std::string line(const std::string& name, std::size_t width, const ClassScores& s) {
  return fmt::format("{:>{}}  {:9.{}f}  {:9.{}f}  {:9.{}f}  {:9}\n", name, width, s.precision,
                     kDigits, s.recall, kDigits, s.f1, kDigits, s.support);
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

std::string classification_table(const Classification& scores,
                                 const std::vector<std::string>& names) {
  if (names.size() != scores.classes.size()) {
    throw Error(ExitCode::bug,
                {"classification table", std::to_string(scores.classes.size()) + " class names",
                 std::to_string(names.size())});
  }
  std::size_t width = std::string("weighted avg").size();
  for (const auto& name : names) width = std::max(width, name.size());
  std::string text = fmt::format("{:>{}}  {:>9}  {:>9}  {:>9}  {:>9}\n\n", "", width, "precision",
                                 "recall", "f1-score", "support");
  for (std::size_t i = 0; i < names.size(); ++i) text += line(names[i], width, scores.classes[i]);
  text += fmt::format("\n{:>{}}  {:9}  {:9}  {:9.{}f}  {:9}\n", "accuracy", width, "", "",
                      scores.accuracy, kDigits, scores.macro.support);
  text += line("macro avg", width, scores.macro);
  text += line("weighted avg", width, scores.weighted);
  return text;
}

}  // namespace sslhost::host
