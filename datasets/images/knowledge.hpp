// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model keeps of its pictures (Dataset::knowledge), as text: how they became squares.

#include <optional>
#include <string>

#include "datasets/images/resize.hpp"

namespace sslhost::images {

std::string knowledge_of(Fit fit);

/// Nothing where there is no knowledge. Throws Error (storage) for what knowledge_of() has not
/// written.
std::optional<Fit> fit_from(const std::string& knowledge);

/// As --fit says it.
std::string text_of(Fit fit);

}  // namespace sslhost::images
