// SPDX-License-Identifier: Apache-2.0
// Label propagation on a graph of nearest neighbors, without a network and without gradients:
//   D. Zhou, O. Bousquet, T. N. Lal, J. Weston, B. Schölkopf, "Learning with Local and Global
//     Consistency", NIPS 2003 (proceedings of 2004): the graph and its solution;
//   O. Delalleau, Y. Bengio, N. Le Roux, "Efficient Non-Parametric Function Induction in
//     Semi-Supervised Learning", AISTATS 2005, eq. 7: new samples;
//   X. Zhu, Z. Ghahramani, J. Lafferty, "Semi-Supervised Learning Using Gaussian Fields and
//     Harmonic Functions", ICML 2003, eq. 9: class mass normalization.
// Equations here:
//   1  W_ij = exp(−d_ij² / w²) for edges, else 0; W_ii = 0          Zhou et al., section 2, step 1
//   2  S = D^−½ W D^−½, D_jj = Σ_i W_ij                              step 2
//   3  F ← α S F + (1 − α) Y                                         step 3
//   4  F* = (1 − α) (I − α S)^−1 Y                                   where 3 ends, eq. 3
//   5  F_ik ← F_ik · q_k / Σ_i F_ik, q_k the share of the labels     Zhu et al., eq. 9
//   6  f(x) = Σ_j W(x, x_j) F_j / Σ_j W(x, x_j)                      Delalleau et al., eq. 7
//
//   symbol  name here      shape  default    source
//   x_i     points_        [M,D]             all samples of both pools, equal ones once
//   k       degree()       –      10 or less ours
//   w       square_width_  []     median     ours (README)
//   α       spread         []     0.95       ours; 0.99 in Zhou et al., section 4
//   Y       labels         [M,K]             section 2
//   F       votes_         [M,K]             step 4, each row divided by its sum
//
// Deviations: W has the edges of nearest neighbors instead of all, W(x, x_j) those of the k
// nearest. Rows of F are made distributions before they vote, so that a sample near a label counts
// no more than others.
#include <algorithm>
#include <limits>
#include <string>

#include <ATen/ops/full_like.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include "sslhost/plugin.hpp"

#include "distinct.hpp"
#include "graph.hpp"
#include "nearest.hpp"
#include "options.hpp"

namespace {

using namespace sslhost;
using namespace label_propagation;

class LabelPropagation final : public Method {
 public:
  using Options = label_propagation::Options;
  static void describe(OptionList& list, Options& v) { label_propagation::describe(list, v); }
  explicit LabelPropagation(const Options& options) : o_(options) {}

  std::vector<Phase> phases(const Task&) const override { return {{.name = "propagate"}}; }

  /// What a prediction needs: the samples and their scores. How many of them differ is only known
  /// once they are seen.
  void build(Build& build) override {
    const auto& task = build.task();
    classes_ = task.classes;
    const auto most = task.labeled + task.unlabeled;
    points_ = build.state("points", at::zeros({most, task.inputs()}));
    votes_ = build.state("votes", at::zeros({most, task.classes}));
    count_ = build.state("count", at::zeros({}, at::kLong));
    square_width_ = build.state("square_width", at::zeros({}, at::kDouble));
    const auto megabytes = (points_.nbytes() + votes_.nbytes()) / 1'000'000;
    if (megabytes > 200)
      build.warning(
          "label-propagation: a prediction needs all samples of the pools: the model will "
          "have " +
          std::to_string(megabytes) + " MB; --unlabeled N takes fewer samples");
  }

  void begin(Begin& begin) override {
    const auto kind = take_points(begin);
    const auto nodes = points_.narrow(0, 0, count_.item<int64_t>());
    const auto neighbors = nearest_others(nodes, degree() - 1);
    const double width = square_width(neighbors);
    const auto weights = edge_weights(neighbors.squares, o_.weights, width);
    const auto graph = normalized_graph(neighbors.places, weights, o_.edges);
    const auto labels = labels_of(kind.narrow(0, 0, begin.size(Pool::labeled)), begin.labels());
    auto scores = spread_labels(graph, labels, o_.spread, o_.tolerance);
    if (o_.class_mass) scores = with_class_mass(scores, labels);
    votes_.narrow(0, 0, nodes.size(0)).copy_(normalized_rows(scores));
    square_width_.fill_(width);
  }

  void step(Step&) override {}  // begin() does it all

  /// log f(x) (eq. 6). Where no label has reached any neighbor, all classes are alike.
  Tensor predict(const Tensor& images) override {
    const auto nodes = points_.narrow(0, 0, count_.item<int64_t>());
    const auto found = nearest(as_points(images), nodes, degree());
    const auto& [places, squares] = found;
    // A factor that all weights of a sample have in common keeps those of far samples above 0.
    const auto weights =
        edge_weights(squares - squares.narrow(1, 0, 1), o_.weights, square_width_.item<double>());
    const auto votes =
        votes_.index_select(0, places.flatten()).view({places.size(0), -1, classes_});
    const auto sums = (votes * weights.unsqueeze(2)).sum(1);
    const auto all = sums.sum(1, true);
    const auto even = at::full_like(sums, 1.0 / static_cast<double>(classes_));
    constexpr double kLeast = std::numeric_limits<float>::min();  // a logit is finite
    return at::where(all.gt(0), sums / all, even).clamp_min(kLeast).log().to(at::kFloat);
  }

 private:
  /// k: among 45 samples of 5 classes the tenth nearest is of another class.
  int64_t degree() const {
    constexpr int64_t kMost = 10, kLeast = 5;
    if (o_.neighbors > 0) return std::max<int64_t>(2, o_.neighbors);
    return std::clamp(count_.item<int64_t>() / 20, kLeast, kMost);
  }

  /// Samples as points whose Euclidean distances count.
  Tensor as_points(const Tensor& images) const {
    const auto flat = images.flatten(1);
    if (o_.metric == Metric::euclidean) return flat;
    return flat / at::linalg_vector_norm(flat, 2, 1, true).clamp_min(1e-12);
  }

  /// Both pools into points_, equal samples once. Which point each sample is: [labeled +
  /// unlabeled].
  Tensor take_points(const Begin& begin) const {
    const auto piece = std::max<int64_t>(1, (1 << 22) / points_.size(1));  // 16 MB of float32
    int64_t filled = 0;
    for (const auto pool : {Pool::labeled, Pool::unlabeled})
      for (int64_t first = 0; first < begin.size(pool); first += piece) {
        const auto count = std::min(piece, begin.size(pool) - first);
        points_.narrow(0, filled, count).copy_(as_points(begin.images(pool, first, count)));
        filled += count;
      }
    const auto distinct = distinct_rows(points_.narrow(0, 0, filled));
    const auto nodes = points_.index_select(0, distinct.first);
    points_.zero_();
    points_.narrow(0, 0, nodes.size(0)).copy_(nodes);
    count_.fill_(nodes.size(0));
    return distinct.kind;
  }

  /// Y: one-hot for each point with a label; several labels of one point share it.
  Tensor labels_of(const Tensor& points, const Tensor& labels) const {
    const auto n = count_.item<int64_t>();
    const auto flat = at::zeros({n * classes_}, points.options().dtype(at::kDouble));
    flat.index_add_(0, points * classes_ + labels, at::ones_like(labels, at::kDouble));
    return normalized_rows(flat.view({n, classes_}));
  }

  Options o_;
  int64_t classes_ = 0;
  Tensor points_;        ///< [labeled + unlabeled, D], zeros from count_ on
  Tensor votes_;         ///< [labeled + unlabeled, K]
  Tensor count_;         ///< [] int64
  Tensor square_width_;  ///< [] float64
};

}  // namespace

SSLHOST_METHOD(LabelPropagation, "label-propagation", "0.2.0",
               "Label propagation on a graph of nearest neighbors (Zhou et al. 2004)")
