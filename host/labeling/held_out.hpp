// SPDX-License-Identifier: Apache-2.0
#pragma once

// What measures a model of guesses: answers that had no say in them.

#include <vector>

#include "host/labeling/session.hpp"

namespace sslhost::host {

/// Of each picture whether it is in the folder's test part.
std::vector<bool> test_part_of(const Pictures& pictures);

/// Of each picture whether it is one of `share` of the answers of each class, rounded, of which two
/// at least stay. Which they are depends on their names alone: most stay held out as answers come.
std::vector<bool> hold_out(const Session& session, double share);

}  // namespace sslhost::host
