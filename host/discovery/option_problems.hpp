// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is wrong with options as a plugin describes them: flags could not name or set them, and the
// config.toml of a run could not be read again.

#include <string>
#include <vector>

#include "sslhost/options.hpp"

namespace sslhost::host {

/// All of it, a sentence each; none where all is well.
std::vector<std::string> option_problems(const OptionList& list);

}  // namespace sslhost::host
