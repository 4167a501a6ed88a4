// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is known about a run, as JSON: versions, device, data, settings, results. Written to
// run.json and kept as evidence.

#include <string>

#include <nlohmann/json.hpp>

#include "sslhost/engine.hpp"

#include "host/engine/session.hpp"
#include "host/evaluate/evaluate.hpp"

namespace sslhost::host {

/// Everything but the results; "status" says "running".
nlohmann::ordered_json record_start(Session& session);
/// Adds results and sets "status" to "finished".
void record_results(nlohmann::ordered_json& record, const RunResult& result, const Evaluation& test,
                    int64_t best_iteration);

/// Text of the versions this program was built with.
std::string libtorch_version();

}  // namespace sslhost::host
