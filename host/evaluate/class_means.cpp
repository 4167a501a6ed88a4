// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/class_means.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

constexpr std::int64_t kFolds = 5;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add(Vector& sum, const Vector& other, double weight) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += weight * other[i];
}

Vector of_length_one(Vector v) {
  const double length = std::sqrt(dot(v, v));
  if (length > 0)
    for (auto& value : v) value /= length;
  return v;
}

struct Sample {
  Vector feature;
  std::size_t label;
  std::int64_t fold;
};

/// Class of the greatest cosine; all vectors have length one.
std::size_t nearest(const Vector& feature, const std::vector<Vector>& means) {
  std::size_t best = 0;
  double greatest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < means.size(); ++k) {
    const double cosine = dot(feature, means[k]);
    if (cosine > greatest) {
      greatest = cosine;
      best = k;
    }
  }
  return best;
}

}  // namespace

std::optional<ClassMeansError> class_means_error(std::span<const float> features,
                                                 std::span<const std::int64_t> labels,
                                                 std::int64_t classes) {
  if (labels.empty() || classes < 1) return std::nullopt;
  const auto width = features.size() / labels.size();
  if (width * labels.size() != features.size())
    throw Error(ExitCode::bug, {"class means", "features [N,D] and labels [N]", "others"});
  std::vector<std::int64_t> counts(static_cast<std::size_t>(classes));
  std::vector<Vector> sums(counts.size(), Vector(width));
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto label = static_cast<std::size_t>(labels[i]);
    const auto feature = features.subspan(i * width, width);
    samples.push_back(
        {of_length_one({feature.begin(), feature.end()}), label, counts.at(label)++ % kFolds});
    add(sums[label], samples.back().feature, 1);
  }
  const auto [fewest, most] = std::minmax_element(counts.begin(), counts.end());
  if (*fewest < 2) return std::nullopt;
  const auto all = static_cast<double>(samples.size());
  ClassMeansError result = {.samples = static_cast<std::int64_t>(samples.size()),
                            .chance = 1 - static_cast<double>(*most) / all};
  for (std::int64_t fold = 0; fold < kFolds; ++fold) {
    auto others = sums;
    for (const auto& sample : samples)
      if (sample.fold == fold) add(others[sample.label], sample.feature, -1);
    for (auto& mean : others) mean = of_length_one(std::move(mean));
    for (const auto& sample : samples)
      if (sample.fold == fold && nearest(sample.feature, others) != sample.label) ++result.errors;
  }
  return result;
}

}  // namespace sslhost::host
