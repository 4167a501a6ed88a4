// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sslhost::host {

/// From now on tensors on the CPU that cannot fit are refused, as Error (device), in this whole
/// process. The system would hand out the addresses, and kill the process when it writes to them.
void refuse_tensors_that_do_not_fit();

}  // namespace sslhost::host
