// SPDX-License-Identifier: Apache-2.0
#pragma once

// What people should know of a model before they use it, as a page of Markdown. Without LibTorch.

#include <optional>
#include <string>

#include "host/export/notes.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

/// `record` is that of the run; none where there is a model file alone.
std::string model_card(const ModelNotes& notes, const std::vector<std::string>& classes,
                       const std::optional<RunRecord>& record);

}  // namespace sslhost::host
