// SPDX-License-Identifier: Apache-2.0
#include "host/device/threads.hpp"

#include <ATen/Parallel.h>

namespace sslhost::host {

namespace {

/// Measured where a second thread begins to pay (docs/explanation/performance.md). Convolutions do
/// more than one product with each weight: hence a bound on the batch too.
constexpr int64_t kFewNumbers = 1 << 15, kFewProducts = 1 << 26;

}  // namespace

Threads::Threads(int64_t named) : before_(at::get_num_threads()), named_(named > 0) {
  if (named_) at::set_num_threads(static_cast<int>(named));
}

Threads::~Threads() { at::set_num_threads(before_); }

void Threads::suit(int64_t numbers, int64_t products) {
  if (!named_ && numbers < kFewNumbers && products < kFewProducts) at::set_num_threads(1);
}

}  // namespace sslhost::host
