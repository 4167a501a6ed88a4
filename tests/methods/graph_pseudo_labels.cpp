// SPDX-License-Identifier: Apache-2.0
// Label propagation on features: A. Iscen, G. Tolias, Y. Avrithis, O. Chum, "Label Propagation for
// Deep Semi-supervised Learning", arXiv:1904.04717v1 (CVPR 2019). Equation numbers are the paper's.
// A method that looks at whole pools now and then: its graph is built anew every n iterations.
//
//   symbol  name here        shape  default  source
//   k       neighbors        –      20       section 3.2
//   γ       sharpness        –      3        eq. 9
//   α       spread           –      0.9      eq. 10
//   ŷ, ω    labels, weights  [U]             eq. 7 and 11
//
// Deviations: the linear system is solved directly, not by conjugate gradients; weights of classes
// (eq. 12) are left out; labeled images and unlabeled ones have batches of their own.
#include <algorithm>
#include <cmath>
#include <limits>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros.h>

#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

namespace {

using namespace sslhost;

/// Features [n,D] -> the normalized graph D^−½ W D^−½ over their k nearest neighbors [n,n] (eq. 9).
Tensor normalized_graph(const Tensor& features, int64_t neighbors, double sharpness) {
  const auto n = features.size(0);
  const auto unit = features / at::linalg_vector_norm(features, 2, 1, true).clamp_min(1e-12);
  const auto similarity = unit.mm(unit.t()).fill_diagonal_(-1);
  const auto [values, places] = similarity.topk(std::min(neighbors, n - 1), 1);
  const auto nearest =
      at::zeros({n, n}, features.options()).scatter_(1, places, values.clamp_min(0).pow(sharpness));
  const auto w = nearest + nearest.t();
  const auto scale = w.sum(1).clamp_min(1e-12).rsqrt();
  return scale.unsqueeze(1) * w * scale.unsqueeze(0);
}

/// Z = (I − αW)^−1 Y for one-hot Y [n,K], zero where there is no label (eq. 10).
Tensor propagate(const Tensor& graph, const Tensor& labels, double spread) {
  return at::linalg_solve(at::eye(graph.size(0), graph.options()) - spread * graph, labels);
}

/// 1 − H(z)/log K for rows of Z made distributions (eq. 11).
Tensor certainty(const Tensor& z) {
  const auto p = (z / z.sum(1, true).clamp_min(1e-12)).clamp_min(1e-12);
  return 1 + (p * p.log()).sum(1) / std::log(static_cast<double>(z.size(1)));
}

class GraphPseudoLabels final : public Method {
 public:
  struct Options {
    TrainingOptions training;
    int64_t supervised_iterations = 300, unlabeled_batch = 50;
    int64_t refresh_every = 100, neighbors = 20;
    double sharpness = 3, spread = 0.9;
  };
  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    list.add("supervised_iterations", v.supervised_iterations, "length of the first phase")
        .at_least(1);
    list.add("unlabeled_batch", v.unlabeled_batch, "unlabeled samples in a batch").at_least(1);
    list.add("refresh_every", v.refresh_every, "iterations between two graphs").at_least(1);
    list.add("neighbors", v.neighbors, "edges from each sample").at_least(1);
    list.add("sharpness", v.sharpness, "power of similarities").above(0).source("eq. 9, gamma");
    list.add("spread", v.spread, "how far labels reach").at_least(0).below(1).source("eq. 10");
  }
  explicit GraphPseudoLabels(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task& task) const override {
    const Stream labeled = {.pool = Pool::labeled,
                            .batch = std::min(o_.training.batch, task.labeled)};
    return {{.name = "supervised", .iterations = o_.supervised_iterations, .streams = {labeled}},
            {.name = "propagate",
             .iterations = o_.training.iterations,
             .streams = {labeled,
                         {.pool = Pool::unlabeled,
                          .batch = std::min(o_.unlabeled_batch, task.unlabeled),
                          .index = true}},
             .refresh_every = o_.refresh_every}};
  }

  void build(Build& build) override {
    const auto& task = build.task();
    net_ = build.backbone("net");
    build.predict_with(net_);
    optimizer_ = build.optimizer("optimizer", {&*net_}, o_.training.optimizer);
    labels_ = build.state("labels", at::zeros({task.unlabeled}, at::kLong), Keep::training);
    weights_ = build.state("weights", at::zeros({task.unlabeled}), Keep::training);
    classes_ = at::arange(task.classes, at::dtype(at::kLong).device(task.device));
  }

  void refresh(Begin& begin) override {
    const auto known = begin.labels().unsqueeze(1).eq(classes_).to(at::kFloat);
    const auto features =
        at::cat({all_features(begin, Pool::labeled), all_features(begin, Pool::unlabeled)});
    const auto unlabeled = begin.size(Pool::unlabeled);
    const auto unknown = at::zeros({unlabeled, known.size(1)}, known.options());
    const auto graph = normalized_graph(features, o_.neighbors, o_.sharpness);
    const auto z =
        propagate(graph, at::cat({known, unknown}), o_.spread).narrow(0, known.size(0), unlabeled);
    labels_.copy_(z.argmax(1));
    weights_.copy_(certainty(z));
  }

  void step(Step& s) override {
    const auto [x, y] = s.labeled();
    const auto supervised = [&] {
      const auto statistics = s.record_statistics(*net_);
      return cross_entropy(net_(x), y);
    }();
    if (s.phase() == "supervised") return s.update(optimizer_, supervised, "cross_entropy");
    const auto index = s.index();
    const auto each =
        cross_entropy(net_(s.unlabeled()), labels_.index_select(0, index), Reduction::none);
    const auto pseudo = (each * weights_.index_select(0, index)).mean();
    s.log("cross_entropy", supervised);
    s.log("pseudo_label_loss", pseudo);
    s.update(optimizer_, supervised + pseudo);
  }

 private:
  Tensor all_features(const Begin& begin, Pool pool) const {
    constexpr int64_t kPiece = 500;
    std::vector<Tensor> pieces;
    for (int64_t first = 0; first < begin.size(pool); first += kPiece)
      pieces.push_back(
          net_->features(begin.images(pool, first, std::min(kPiece, begin.size(pool) - first))));
    return at::cat(pieces);
  }

  Options o_;
  Network net_;
  Optimizer optimizer_;
  Tensor labels_;   ///< [unlabeled] int64, as propagated last
  Tensor weights_;  ///< [unlabeled], in [0, 1]
  Tensor classes_;  ///< 0, 1, ..., K − 1
};

}  // namespace

SSLHOST_METHOD(GraphPseudoLabels, "graph-pseudo-labels", "0.2.0",
               "Pseudo-labels from a graph over features (Iscen et al. 2019); for tests")
