// SPDX-License-Identifier: Apache-2.0
#pragma once

// Names and numbers as messages show them: those of all tables of text.

#include "datasets/delimited/text.hpp"

namespace sslhost::images {

using delimited::counted;
using delimited::grouped;
using delimited::in_quotes;
using delimited::is_utf8;
using delimited::lower;
using delimited::percent_encoded;
using delimited::trimmed;

}  // namespace sslhost::images
