// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a bound for probabilities lies among those that came out. The same 0.8 is a modest wish of
// two classes and a hopeless one of a hundred.

#include <cstdint>
#include <string>
#include <vector>

namespace sslhost::host {

/// What is to be said of --unsure `bound` when most samples are below it, or none can be. Empty:
/// nothing, also for a handful of samples. `likeliest`: the probability of each one's class.
std::string bound_words(double bound, std::vector<float> likeliest, int64_t classes);

}  // namespace sslhost::host
