// SPDX-License-Identifier: Apache-2.0
#pragma once

// A method brought to life: made by its plugin, and what it registers.

#include <memory>

#include "sslhost/method.hpp"

#include "host/config/plan.hpp"
#include "host/loading/method_owner.hpp"
#include "host/model/registry.hpp"

namespace sslhost::host {

/// Method and modules of a plan for a task; networks of --model begin with `initial`, where it is
/// not null. Throws Error (usage) with all that build() finds wrong.
void build_method(Plan& plan, const Task& task, std::unique_ptr<Registry>& registry,
                  MethodOwner& method, const InitialWeights* initial = nullptr);

}  // namespace sslhost::host
