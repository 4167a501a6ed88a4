// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/step_graph.hpp"

#include <optional>

#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "host/device/pretend/graph.hpp"

namespace sslhost::host {

namespace {

/// Nothing runs while CUDA records: the step is then made by a first replay.
class CudaStepGraph final : public StepGraph {
 public:
  explicit CudaStepGraph(c10::Device device)
      : stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

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
  if (device.is_cuda()) return std::make_unique<CudaStepGraph>(device);
  if (device.is_privateuseone()) return std::make_unique<PretendStepGraph>();
  return nullptr;
}

}  // namespace sslhost::host
