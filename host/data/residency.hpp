// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sslhost::host {

/// Where the samples of a run lie.
enum class Residency {
  automatic,  ///< on the device where they fit, else on the host
  device,     ///< in the device's memory
  host,       ///< in host memory, or mapped from a file; batches are read ahead and copied
};

}  // namespace sslhost::host
