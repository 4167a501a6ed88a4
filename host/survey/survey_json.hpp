// SPDX-License-Identifier: Apache-2.0
#pragma once

// A survey for programs. The keys are in docs/reference/data.md.

#include <string>

#include "host/survey/survey.hpp"

namespace sslhost::host {

/// One object, a value a line where it is long.
std::string json_of(const Survey& survey);

}  // namespace sslhost::host
