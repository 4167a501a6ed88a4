// SPDX-License-Identifier: Apache-2.0
// Pseudo-labels where the network is sure, with loss and gradient in one kernel.
#include "confident.hpp"

#include <algorithm>
#include <tuple>

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/library.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

#include "confident_row.hpp"

namespace {

using namespace sslhost;

using Rows = std::tuple<Tensor, Tensor>;  // losses [U], gradients [U,K]

Rows rows_on_card(const Tensor& logits, double threshold) {
  Rows rows = {at::empty({logits.size(0)}, logits.options()), at::empty_like(logits)};
  auto& [losses, gradients] = rows;
  launch_confident(logits.const_data_ptr<float>(), logits.size(0), logits.size(1),
                   static_cast<float>(threshold), losses.mutable_data_ptr<float>(),
                   gradients.mutable_data_ptr<float>(),
                   c10::cuda::getCurrentCUDAStream(logits.device().index()).stream());
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return rows;
}

Rows rows_on_cpu(const Tensor& logits, double threshold) {
  Rows rows = {at::empty({logits.size(0)}, logits.options()), at::empty_like(logits)};
  auto& [losses, gradients] = rows;
  const auto classes = logits.size(1);
  for (int64_t r = 0; r < logits.size(0); ++r)
    losses.mutable_data_ptr<float>()[r] = confident_row(
        logits.const_data_ptr<float>() + r * classes, classes, static_cast<float>(threshold),
        gradients.mutable_data_ptr<float>() + r * classes);
  return rows;
}

TORCH_LIBRARY(confident, library) {
  library.def("rows(Tensor logits, float threshold) -> (Tensor, Tensor)");
}
TORCH_LIBRARY_IMPL(confident, CPU, library) { library.impl("rows", rows_on_cpu); }
TORCH_LIBRARY_IMPL(confident, CUDA, library) { library.impl("rows", rows_on_card); }

Rows confident_rows(const Tensor& logits, double threshold) {
  static const auto rows = c10::Dispatcher::singleton()
                               .findSchemaOrThrow("confident::rows", "")
                               .typed<Rows(const Tensor&, double)>();
  return rows.call(logits.detach().contiguous(), threshold);
}

/// Mean over the rows; its gradient is that of the kernel.
Tensor confident_loss(const Tensor& logits, double threshold) {
  const auto [losses, gradients] = confident_rows(logits, threshold);
  const auto carrier = (logits * gradients).sum() / logits.size(0);
  return losses.mean() + carrier - carrier.detach();
}

class Confident final : public Method {
 public:
  struct Options {
    TrainingOptions training;
    int64_t unlabeled_batch = 128;
    double threshold = 0.95;
  };
  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    list.add("unlabeled_batch", v.unlabeled_batch, "unlabeled samples in a batch").at_least(1);
    list.add("threshold", v.threshold, "least probability of a class that becomes a label")
        .at_least(0)
        .at_most(1)
        .source("FixMatch, section 2.2, tau");
  }
  explicit Confident(const Options& options) : options_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    return {{.iterations = options_.training.iterations,
             .streams = {{.batch = std::min(options_.training.batch, task.labeled)},
                         {.pool = Pool::unlabeled,
                          .batch = std::min(options_.unlabeled_batch, task.unlabeled)}}}};
  }
  void build(Build& build) override {
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("adam", {&*net_}, options_.training.optimizer);
  }
  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto supervised = cross_entropy(net_(x), y);
    const auto statistics = s.record_statistics(*net_);
    s.update(optimizer_, supervised + confident_loss(net_(s.unlabeled()), options_.threshold));
  }

 private:
  Options options_;
  Network net_;
  Optimizer optimizer_;
};

}  // namespace

SSLHOST_METHOD(Confident, "confident", "0.1.0", "Pseudo-labels with a kernel of its own")
