// SPDX-License-Identifier: Apache-2.0
#include "host/export/trace.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/flip.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/runtime/interpreter.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/kernels.hpp"

#include "host/export/graph_reader.hpp"
#include "host/export/simplified.hpp"

namespace sslhost::host {

namespace {

using Classify = std::function<Tensor(const Tensor&)>;

/// The tracer warns of what works in place, which require_same() looks at itself.
class WithoutWarnings {
 public:
  WithoutWarnings() : before_(torch::jit::tracer::getTracerStateWarnMode().exchange(false)) {}
  ~WithoutWarnings() { torch::jit::tracer::getTracerStateWarnMode() = before_; }
  WithoutWarnings(const WithoutWarnings&) = delete;
  WithoutWarnings& operator=(const WithoutWarnings&) = delete;

 private:
  bool before_;
};

std::shared_ptr<torch::jit::Graph> graph_of(const Classify& classify, const Tensor& images) {
  using torch::jit::Stack;
  const auto traced = torch::jit::tracer::trace(
      {images}, [&](const Stack& stack) { return Stack{classify(stack.at(0).toTensor())}; },
      [](const Tensor&) { return std::string(); }, /*strict=*/true, /*force_outplace=*/true);
  return traced.first->graph;
}

/// What the recorded operators make of images.
Tensor replayed(const std::shared_ptr<torch::jit::Graph>& graph, const Tensor& images) {
  torch::jit::Stack stack = {images};
  torch::jit::InterpreterState(torch::jit::Code(graph, "replay")).run(stack);
  return stack.front().toTensor();
}

/// A tracer is blind to what depends on numbers of the images, and to what writes into a part of a
/// tensor.
void require_same(const std::shared_ptr<torch::jit::Graph>& graph, const Classify& classify,
                  const Tensor& images, const std::string& who) {
  const auto expected = classify(images), found = replayed(graph, images);
  constexpr double kTolerance = 1e-4;  // for sums in another order
  if (at::allclose(found, expected, kTolerance, kTolerance, /*equal_nan=*/true)) return;
  throw Error(ExitCode::plugin,
              {who, "a prediction that takes the same operators for all images",
               "one that depends on their numbers, or writes into a part of a tensor",
               "predict with sslhost instead: this model cannot be exported"});
}

}  // namespace

Operations trace(const Classify& classify, IntArrayRef image_shape, at::ScalarType type,
                 const NamedTensors& named, const std::string& who) {
  const at::NoGradGuard no_gradient;
  const LibraryKernels library;  // the tracer sees LibTorch's operators alone
  const WithoutWarnings quiet;
  const auto images = [&](int64_t batch) {
    auto shape = image_shape.vec();
    shape.insert(shape.begin(), batch);
    constexpr int64_t kPixels = 256;
    const auto generator = at::make_generator<at::CPUGeneratorImpl>(batch);
    return type == at::kByte ? at::randint(kPixels, shape, generator, at::TensorOptions(type))
                             : at::randn(shape, generator, at::TensorOptions(type));
  };
  const auto few = graph_of(classify, images(GraphReader::kFew)),
             more = graph_of(classify, images(GraphReader::kMore));
  require_same(few, classify, images(GraphReader::kFew).flip({0, 3}), who);
  return simplified(GraphReader(named, who).read(*few, *more));
}

}  // namespace sslhost::host
