// SPDX-License-Identifier: Apache-2.0
#pragma once

// The layout with a table of labels (layout.hpp, 1).

#include <filesystem>

#include "datasets/images/draft.hpp"
#include "datasets/images/label_table.hpp"
#include "datasets/images/tree.hpp"

namespace sslhost::images {

/// A file that the table names counts even where its name would be passed over; it joins the tree.
/// Throws Error (data) with the table's line for a file that does not exist, is no regular file or
/// lies outside the folder, and for one that is named with two labels. The tree must outlive the
/// draft. `file`: the table's own, which is no image.
Draft draft_by_table(Tree& tree, const LabelTable& table, const std::filesystem::path& file);

}  // namespace sslhost::images
