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

namespace sslhost::host {

class LossRegister {
 public:
  explicit LossRegister(c10::Device device);

  /// Notes `loss` [] of this term and iteration; no wait.
  void note(const Tensor& loss, std::string_view term, int64_t iteration);
  /// Notes gradients of which one holds a NaN or an infinity, as "gradient of TERM"; no wait.
  /// Undefined ones are none.
  void note_gradients(const std::vector<Tensor>& gradients, std::string_view term,
                      int64_t iteration);
  /// float32 []: 1 from the first bad loss on, else 0.
  const Tensor& skip() const { return skip_; }

  struct Bad {
    int64_t iteration;
    std::string term;
  };
  std::optional<Bad> read() const;  ///< waits for the device

 private:
  void note(bool finite, std::string_view term, int64_t iteration);
  void note_on_device(const Tensor& finite, int64_t coded);
  int64_t code(std::string_view term, int64_t iteration);

  std::vector<std::string> terms_;
  Tensor first_;  // int64 []: iteration · kTerms + term of the first bad loss, or -1
  Tensor skip_;
};

}  // namespace sslhost::host
