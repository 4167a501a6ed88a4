// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a session and its evaluation say for the run's record (host/run/record.hpp).

#include <optional>

#include "host/engine/session.hpp"
#include "host/evaluate/evaluate.hpp"
#include "host/run/checkpoint.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

/// Everything but the results; the status is "running".
RunRecord record_of(Session& session);

/// Where a run goes on: options that are as they were come from where they came from then.
void keep_origins(Plan& plan, const RunRecord& begun);

/// `test` is of the weights that the run ends with, with its predictions at that temperature;
/// `end` where training stands.
RunRecord::Results results_of(const Session& session, const Evaluation& test,
                              std::optional<double> temperature, const Position& end,
                              double set_up_seconds);

}  // namespace sslhost::host
