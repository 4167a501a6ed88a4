// SPDX-License-Identifier: Apache-2.0
#pragma once

// The layouts without a table (layout.hpp, 2 to 4).

#include "datasets/images/draft.hpp"
#include "datasets/images/tree.hpp"

namespace sslhost::images {

/// Throws Error (data) where it is not clear what the folders mean, unless for prediction, which
/// takes their images as unlabeled then. The tree must outlive the draft.
Draft draft_by_folders(const Tree& tree, bool for_prediction);

}  // namespace sslhost::images
