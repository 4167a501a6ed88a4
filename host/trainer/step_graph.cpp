// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/step_graph.hpp"

#include "host/device/cards.hpp"
#include "host/device/pretend/graph.hpp"

namespace sslhost::host {

namespace {

/// The operators run while they are recorded.
class PretendStepGraph final : public StepGraph {
 public:
  void record(const std::function<void()>& step) override {
    graph_.begin();
    try {
      step();
    } catch (...) {
      graph_.end();
      throw;
    }
    graph_.end();
  }
  void replay() override { graph_.replay(); }

 private:
  pretend::Graph graph_;
};

}  // namespace

std::unique_ptr<StepGraph> make_step_graph(c10::Device device) {
  if (device.is_cuda()) return cards()->step_graph(device.index());
  if (device.is_privateuseone()) return std::make_unique<PretendStepGraph>();
  return nullptr;
}

}  // namespace sslhost::host
