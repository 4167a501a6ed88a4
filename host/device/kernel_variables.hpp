// SPDX-License-Identifier: Apache-2.0
#pragma once

// Variables of other libraries that choose among kernels. All are right; their last bits differ.

#include <string>
#include <utility>
#include <vector>

namespace sslhost::host {

/// Those that are set, by name, with their values.
std::vector<std::pair<std::string, std::string>> kernel_variables();

/// "ATEN_CPU_CAPABILITY=avx2 in the environment: other kernels, whose ..."; empty where none is
/// set.
std::string kernel_variables_text();

}  // namespace sslhost::host
