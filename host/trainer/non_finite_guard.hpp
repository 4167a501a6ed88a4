// SPDX-License-Identifier: Apache-2.0
#pragma once

// Remembers the first loss or gradient that was NaN or infinite, on the device, and stops every
// update from then on, so that the weights before it are kept. Read by the trainer when it logs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sslhost/types.hpp"

#include "host/operators/operators.hpp"

namespace sslhost::host {

class NonFiniteGuard {
 public:
  explicit NonFiniteGuard(c10::Device device);

  /// Checks `loss` [] of this term in iteration `iteration` ([] int64 on the device); no wait.
  void check(const Tensor& loss, std::string_view term, const Tensor& iteration);
  /// Checks gradients: one that holds a NaN or an infinity is "gradient of TERM"; no wait.
  /// Undefined ones are none.
  void check_gradients(const std::vector<Tensor>& gradients, std::string_view term,
                       const Tensor& iteration);
  /// float32 []: 1 from the first that was not finite on, else 0.
  const Tensor& found_inf() const { return state_.found_inf; }

  NamedTensors tensors() const {
    return {{"first bad loss", state_.first}, {"found_inf", state_.found_inf}};
  }

  struct Bad {
    int64_t iteration;
    std::string term;
  };
  std::optional<Bad> read() const;  ///< waits for the device

 private:
  int64_t number_of(std::string_view term);

  std::vector<std::string> terms_;
  operators::NonFinite state_;
};

}  // namespace sslhost::host
