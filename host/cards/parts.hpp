// SPDX-License-Identifier: Apache-2.0
#pragma once

// The larger parts of what cards.cpp hands on.

#include <chrono>
#include <memory>

#include <c10/util/intrusive_ptr.h>

#include "host/device/cards.hpp"
#include "host/trainer/step_graph.hpp"

namespace sslhost::host {

std::unique_ptr<StepGraph> cuda_graph(int card);

c10::intrusive_ptr<c10d::Backend> join_nccl(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                            int size, std::chrono::milliseconds timeout);

}  // namespace sslhost::host
