// SPDX-License-Identifier: Apache-2.0
#pragma once

// Answers into the table of labels that `sslhost --data FOLDER` reads
// (datasets/images/label_table.hpp).

#include <cstddef>
#include <string>
#include <vector>

#include "host/labeling/pictures.hpp"

namespace sslhost::host {

/// The text of the table with these labels, one for each picture, empty for none. A table that is
/// there keeps its rows, columns and separator, and of `changed` pictures alone the cell of the
/// label is written; rows of others are as a person may have changed them meanwhile. Where there is
/// none, all that have a label get a row: those that had it by their folder would lose it, since a
/// table says all. Throws Error (data) for a table that training would refuse.
std::string label_table_text(const Pictures& pictures, const std::vector<std::string>& labels,
                             const std::vector<size_t>& changed);

/// Writes it, whole or not at all. Throws Error (data, storage).
void write_label_table(const Pictures& pictures, const std::vector<std::string>& labels,
                       const std::vector<size_t>& changed);

}  // namespace sslhost::host
