// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model keeps of its training data (Dataset::knowledge), as text: of a table its schema, of
// arrays the numbers that stand where a value is missing.

#include <optional>
#include <string>
#include <vector>

#include "datasets/table/schema.hpp"

namespace sslhost::table {

std::string knowledge_of(const Schema& schema);
std::string knowledge_of(const std::vector<float>& fill);

/// Nothing where the knowledge is of arrays, or empty. Both throw Error (storage) for what
/// knowledge_of() has not written.
std::optional<Schema> schema_from(const std::string& knowledge);
/// Empty where the knowledge is of a table, or empty.
std::vector<float> fill_from(const std::string& knowledge);

}  // namespace sslhost::table
