// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sums of what is on the ranks' cards, for group.cpp alone: c10d's headers are heavy.

#include <chrono>

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

namespace sslhost::host {

/// By NCCL, over the current card of each rank. A sum takes its place in the card's stream, and the
/// host does not wait for it. Throws Error (device) where this build has no NCCL.
c10::intrusive_ptr<c10d::Backend> join_cards(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                             int size, std::chrono::milliseconds timeout);

}  // namespace sslhost::host
