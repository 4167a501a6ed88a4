// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "host/device/memory.hpp"
#include "host/engine/session.hpp"

namespace sslhost::host {

/// Of all parts together.
int64_t bytes_of_data(const Dataset& dataset);

/// What a run holds from its first iteration to its last, largest first: "the state of plugin vat
/// 16 GB, the data 1.2 GB, ...".
std::string memory_of_run(const Session& session);

/// Before training on a CPU: throws Error (device) where its gradients cannot fit into what is
/// left. What to warn of, where they take more than half of it; empty: nothing.
std::string check_memory(const Session& session, const FreeMemory& free);

}  // namespace sslhost::host
