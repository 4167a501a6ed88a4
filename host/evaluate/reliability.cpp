// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/reliability.hpp"

#include <algorithm>
#include <cmath>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

/// A probability of exactly m/M is the last of its bin.
std::size_t bin_of(double probability) {
  const auto bin = std::ceil(probability * static_cast<double>(kReliabilityBins)) - 1;
  return static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(kReliabilityBins - 1)));
}

}  // namespace

Reliability reliability_of(std::span<const double> probabilities,
                           std::span<const std::uint8_t> right) {
  Reliability result;
  result.samples = static_cast<std::int64_t>(probabilities.size());
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double p = probabilities[i];
    // Not written as p < 0 || p > 1: NaN is none either.
    if (i >= right.size() || !(p >= 0 && p <= 1))
      throw Error(ExitCode::bug, {"reliability", "as many probabilities as answers", "others"});
    auto& bin = result.bins[bin_of(p)];
    ++bin.samples;
    bin.confidence += p;
    bin.accuracy += right[i] ? 1 : 0;
  }
  for (auto& bin : result.bins) {
    if (bin.samples == 0) continue;
    const auto count = static_cast<double>(bin.samples);
    bin.confidence /= count;
    bin.accuracy /= count;
    result.ece +=
        count / static_cast<double>(result.samples) * std::abs(bin.accuracy - bin.confidence);
  }
  return result;
}

}  // namespace sslhost::host
