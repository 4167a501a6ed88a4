// SPDX-License-Identifier: Apache-2.0
#pragma once

// Squared distances from samples to centers.

#include <cstdint>
#include <vector>

#include "host/selection/samples.hpp"

namespace sslhost::host {

/// Centers side by side, as many as stay in a processor's registers.
class Centers {
 public:
  /// [k,width], k at least 1.
  explicit Centers(const Matrix& centers);

  int64_t count() const { return count_; }
  /// To all of them: `to` has room for padded() numbers, of which the first count() mean something.
  void distances(const float* sample, float* to) const;
  int64_t padded() const;

 private:
  int64_t count_, width_;
  std::vector<float> values_;  ///< [padded / kTogether, width, kTogether]
};

/// The nearest center of each sample, the first of equally near ones, and how far it is.
struct Nearest {
  std::vector<int64_t> center;
  std::vector<float> distance;  ///< squared
};
Nearest nearest(const Matrix& samples, const Centers& centers, const ShareOut& share_out);

}  // namespace sslhost::host
