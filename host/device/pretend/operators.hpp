// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sslhost::host::pretend {

/// The device's kernels, for LibTorch's dispatcher: the CPU's, each of which refuses tensors of
/// another device. Once in a process.
void register_operators();

}  // namespace sslhost::host::pretend
