// SPDX-License-Identifier: Apache-2.0
#include "host/device/threads.hpp"

#include <algorithm>
#include <string>

#include <ATen/Parallel.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

/// Measured where a second thread begins to pay (docs/explanation/performance.md). Convolutions do
/// more than one product with each weight: hence a bound on the batch too.
constexpr int64_t kFewNumbers = 1 << 15, kFewProducts = 1 << 26;

}  // namespace

Threads::Threads(int64_t named, int processes) : before_(at::get_num_threads()), named_(named > 0) {
  const int asked = named_ ? static_cast<int>(named) : std::max(1, before_ / processes);
  const int came = std::min(asked, team_of(asked));
  if (named_ && came < asked)
    throw Error(ExitCode::device, {"option threads", std::to_string(asked) + " threads",
                                   std::to_string(came) + ": " + why_smaller(),
                                   "--threads " + std::to_string(came) + ", or raise the limit"});
  if (came != before_) at::set_num_threads(came);
}

Threads::~Threads() { at::set_num_threads(before_); }

void Threads::suit(int64_t numbers, int64_t products) {
  if (!named_ && numbers < kFewNumbers && products < kFewProducts) at::set_num_threads(1);
}

}  // namespace sslhost::host
