// SPDX-License-Identifier: Apache-2.0
#pragma once

// A survey as text of 80 columns.

#include <string>

#include "host/survey/survey.hpp"

namespace sslhost::host {

std::string screen_of(const Survey& survey);

}  // namespace sslhost::host
