// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the choice between kernels is made by.

namespace sslhost {

/// What the files in avx512/ need.
bool has_avx512();
bool is_amd();

}  // namespace sslhost
