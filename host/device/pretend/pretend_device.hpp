// SPDX-License-Identifier: Apache-2.0
#pragma once

// A device that is not there (`--device pretend`): the CPU's arithmetic in memory that the host
// cannot touch. What would fail or wait on a CUDA card does so here, where no card is: a tensor of
// the wrong device, a number that the host reads, a copy out of pageable memory. It cannot show a
// card's arithmetic, its races between streams, nor time. LibTorch calls such a device PrivateUse1.

#include <c10/core/Device.h>

namespace sslhost::host {

/// Registered with LibTorch at the first call, for as long as the process lives.
c10::Device pretend_device();

}  // namespace sslhost::host
