// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/temperature.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

using Row = std::span<const double>;

/// First and second derivative of the mean negative log likelihood by β = 1/T.
struct Slope {
  double first = 0, second = 0;
};

/// Its square does not overflow.
double below_greatest(double logit, double greatest) { return std::max(logit - greatest, -1e100); }

/// Of one sample with targets t: logsumexp(β z) − β Σ t_k z_k has the derivatives E[z] − Σ t_k z_k
/// and Var[z], the means under softmax(β z). From the greatest logit, so that nothing overflows.
Slope slope_of(Row logits, std::size_t label, double doubt, double greatest, double beta) {
  double sum = 0, mean = 0, square = 0, target = 0;
  const double other = doubt / static_cast<double>(logits.size() - 1);
  for (std::size_t k = 0; k < logits.size(); ++k) {
    const double below = below_greatest(logits[k], greatest), weight = std::exp(beta * below);
    target += (k == label ? 1 - doubt : other) * below;
    sum += weight;
    mean += weight * below;
    square += weight * below * below;
  }
  mean /= sum;
  return {mean - target, std::max(0.0, square / sum - mean * mean)};
}

class Likelihood {
 public:
  Likelihood(Row logits, std::span<const std::int64_t> labels, std::size_t classes)
      : logits_(logits), labels_(labels), classes_(classes) {}

  Slope at(double beta) const {
    Slope total;
    const auto samples = static_cast<double>(labels_.size());
    const double doubt = 1 / (samples + 2);
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const auto row = logits_.subspan(i * classes_, classes_);
      const auto one = slope_of(row, static_cast<std::size_t>(labels_[i]), doubt,
                                *std::max_element(row.begin(), row.end()), beta);
      total.first += one.first / samples;
      total.second += one.second / samples;
    }
    return total;
  }

 private:
  Row logits_;
  std::span<const std::int64_t> labels_;
  std::size_t classes_;
};

void check(Row logits, std::span<const std::int64_t> labels, std::int64_t classes) {
  const bool fits =
      classes > 0 && logits.size() == labels.size() * static_cast<std::size_t>(classes) &&
      std::all_of(labels.begin(), labels.end(), [&](auto k) { return k >= 0 && k < classes; });
  if (!fits)
    throw Error(ExitCode::bug, {"temperature", "logits [N,K] and labels [N] below K", "others"});
  if (!std::all_of(logits.begin(), logits.end(), [](double z) { return std::isfinite(z); }))
    throw Error(ExitCode::diverged,
                {"predictions of the validation part", "finite logits", "NaN or infinite ones",
                 "lower the learning rate, or look for NaN in the data"});
}

}  // namespace

double fit_temperature(std::span<const double> logits, std::span<const std::int64_t> labels,
                       std::int64_t classes) {
  check(logits, labels, classes);
  if (labels.empty() || classes == 1) return 1;
  const Likelihood likelihood(logits, labels, static_cast<std::size_t>(classes));
  double low = 1 / kHighestTemperature, high = 1 / kLowestTemperature, beta = 1;
  auto slope = likelihood.at(beta);
  if (slope.first == 0 && slope.second == 0) return 1;
  if (likelihood.at(low).first >= 0) return kHighestTemperature;
  if (likelihood.at(high).first <= 0) return kLowestTemperature;
  // The slope rises with β and its zero lies between: Newton's steps where they stay inside and
  // at least halve what is left, else the middle.
  constexpr int kMost = 200;
  constexpr double kClose = 1e-10;
  double last = high - low;
  for (int i = 0; i < kMost && slope.first != 0 && high - low > kClose * beta; ++i) {
    (slope.first > 0 ? high : low) = beta;
    const double newton = slope.second > 0 ? beta - slope.first / slope.second : low;
    const bool safe = newton > low && newton < high && 2 * std::abs(newton - beta) < last;
    const double next = safe ? newton : std::midpoint(low, high);
    last = std::abs(next - beta);
    beta = next;
    if (last <= kClose * beta) break;
    slope = likelihood.at(beta);
  }
  return 1 / beta;
}

}  // namespace sslhost::host
