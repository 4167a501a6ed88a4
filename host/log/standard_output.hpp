// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sslhost::host {

/// Call when all results are printed. Throws Error (storage) where standard output did not take
/// them, on a full disk say: that must not look like success.
void require_written();

}  // namespace sslhost::host
