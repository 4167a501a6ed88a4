// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tables of text, from files to content.

#include <filesystem>

#include "datasets/table/content.hpp"
#include "datasets/table/schema.hpp"
#include "datasets/table/table_file.hpp"

namespace sslhost::table {

struct TableFiles {
  std::filesystem::path train;  ///< rows without a label join the unlabeled part
  std::filesystem::path test = {}, unlabeled = {};  ///< may be empty
};

/// Throws Error (data).
Content read_tables(const TableFiles& files, const TableOptions& options,
                    const Progress& progress = {});

/// By the schema of the table that a model was trained on. A single table without any label is a
/// test part.
Content read_tables_by(const Schema& schema, const TableFiles& files, Header header,
                       const Progress& progress = {});

}  // namespace sslhost::table
