// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether probabilities are what they say: of the samples predicted with a probability of about 0.8
// about 80 % should be right (Guo et al. 2017, arXiv:1706.04599, section 2).

#include <array>
#include <cstdint>
#include <span>

namespace sslhost::host {

/// Samples whose predicted class has a probability in ((m − 1)/M, m/M].
struct ReliabilityBin {
  std::int64_t samples = 0;
  double confidence = 0;  ///< mean probability of the predicted class; 0 without samples
  double accuracy = 0;    ///< fraction of them that is right; 0 without samples
};

inline constexpr std::size_t kReliabilityBins = 15;  // M, as in the paper's figures and tables

struct Reliability {
  std::int64_t samples = 0;
  double ece = 0;  ///< expected calibration error, equation 3: in [0,1]
  std::array<ReliabilityBin, kReliabilityBins> bins;
};

/// One entry a sample: probability of the predicted class, and whether that class is right. Throws
/// Error (bug) for sizes that differ and for what is no probability.
Reliability reliability_of(std::span<const double> probabilities,
                           std::span<const std::uint8_t> right);

}  // namespace sslhost::host
