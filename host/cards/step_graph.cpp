// SPDX-License-Identifier: Apache-2.0
// A step as a CUDA graph.
#include "host/trainer/step_graph.hpp"

#include <optional>

#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "host/cards/parts.hpp"

namespace sslhost::host {

namespace {

/// Nothing runs while CUDA records: the step is then made by a first replay.
class CudaStepGraph final : public StepGraph {
 public:
  explicit CudaStepGraph(c10::DeviceIndex card)
      : stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, card)) {}

  void record(const std::function<void()>& step) override {
    graph_.emplace();
    const auto usual = c10::cuda::getCurrentCUDAStream(stream_.device_index());
    at::cuda::CUDAEvent before;
    before.record(usual);
    before.block(stream_);
    {
      const c10::cuda::CUDAStreamGuard on(stream_);
      graph_->capture_begin();
      try {
        step();
      } catch (...) {
        abandon();
        throw;
      }
      graph_->capture_end();
    }
    replay();
  }

  void replay() override { graph_->replay(); }

 private:
  /// Ends a recording that went wrong; what CUDA says of that hides nothing of why.
  void abandon() {
    try {
      graph_->capture_end();
    } catch (const c10::Error&) {
    }
    graph_.reset();
  }

  c10::cuda::CUDAStream stream_;
  std::optional<at::cuda::CUDAGraph> graph_;
};

}  // namespace

std::unique_ptr<StepGraph> cuda_graph(int card) {
  return std::make_unique<CudaStepGraph>(static_cast<c10::DeviceIndex>(card));
}

}  // namespace sslhost::host
