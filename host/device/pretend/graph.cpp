// SPDX-License-Identifier: Apache-2.0
#include "host/device/pretend/graph.hpp"

#include <atomic>
#include <mutex>

#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/util/Exception.h>

#include "host/device/pretend/use.hpp"

namespace sslhost::host::pretend {

namespace {

std::mutex lock;
std::atomic<Graph*> recording = nullptr;
std::atomic<int64_t> replayed = 0;

}  // namespace

Graph::~Graph() {
  if (recording == this) recording = nullptr;
}

void Graph::begin() {
  TORCH_CHECK(recording == nullptr, "one graph at a time is recorded");
  nodes_.clear();
  recording = this;
}

void Graph::end() { recording = nullptr; }

void Graph::replay() const {
  ++replayed;
  const Use::Pause inside;
  const at::AutoDispatchBelowADInplaceOrView no_autograd;  // as when the kernels were called first
  for (const auto& node : nodes_) node();
}

int64_t Graph::replays() { return replayed; }

bool records() { return recording != nullptr && !Use::paused(); }

void record(std::function<void()> node) {
  const std::lock_guard guard(lock);  // autograd has a thread of its own
  recording.load()->nodes_.push_back(std::move(node));
}

void require_no_wait(const char* what) {
  TORCH_CHECK(!records(), "while a graph is recorded nothing may wait for the device: ", what);
}

}  // namespace sslhost::host::pretend
