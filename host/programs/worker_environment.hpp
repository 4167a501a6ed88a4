// SPDX-License-Identifier: Apache-2.0
#pragma once

// Variables of other libraries that would change what the worker computes.

namespace sslhost::host {

/// Takes from this process's environment, which the worker inherits, what makes OpenMP's teams
/// smaller than was asked for or LibTorch's products less than float32. oneDNN and MKL divide work
/// by the number of threads that they ask for: with a smaller team a part of it is never done, and
/// gradients are what was in memory. A thread limit stays, and is also the number asked for.
void settle_worker_environment();

}  // namespace sslhost::host
