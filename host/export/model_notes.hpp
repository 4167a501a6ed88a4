// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/export/notes.hpp"
#include "host/inference/loaded_model.hpp"

namespace sslhost::host {

/// What a user of the exported file wants to know of it: classes, preparation, weights, licence.
/// Lists and objects are JSON.
ModelNotes model_notes(const LoadedModel& loaded);

}  // namespace sslhost::host
