// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a session has learned, as the run folder's model.

#include <optional>

#include "sslhost/error.hpp"

#include "host/engine/session.hpp"
#include "host/run/run_folder.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost::host {

void save_model(const RunFolder& folder, Session& session,
                std::optional<double> temperature = std::nullopt);

/// After a loss that was NaN or infinite. Throws Error (diverged) where no weights are left that
/// are finite and predict finite numbers.
void keep_last_good(const RunFolder& folder, Session& session, Trainer& trainer,
                    const Error& diverged);

}  // namespace sslhost::host
