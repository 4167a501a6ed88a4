// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mean and standard deviation of each channel over many samples, so that methods see values of one
// scale whatever the pictures are: dim or bright, of 8 bits or of 4.

#include <cstdint>
#include <vector>

#include "host/data/sample_storage.hpp"

namespace sslhost::host {

struct ChannelMoments {
  std::vector<float> mean, std;  ///< of value · factor, one a channel; a constant channel has std 1
};

/// Of these rows, on a CPU. Sums of pixels are whole numbers: no order of adding changes a bit.
ChannelMoments channel_moments(const SampleStorage& data, const std::vector<int64_t>& rows,
                               double factor);

/// Of all channels together: at each, mean² + std² is the mean square.
float root_mean_square(const ChannelMoments& moments);

}  // namespace sslhost::host
