// SPDX-License-Identifier: Apache-2.0
#include "graph.hpp"

#include <algorithm>
#include <limits>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/isin.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>

namespace label_propagation {

namespace {

using at::Tensor;

constexpr double kSmallest = std::numeric_limits<double>::min();

/// 1/√x; 0 where x is 0: an unconnected sample.
Tensor inverse_root(const Tensor& x) {
  return x.clamp_min(kSmallest).rsqrt().masked_fill(x.le(0), 0);
}

}  // namespace

Tensor edge_weights(const Tensor& squares, Weights kind, double square_width) {
  if (kind == Weights::binary) return at::ones_like(squares);
  return at::exp(squares / -square_width);
}

double square_width(const Neighbors& neighbors) {
  const auto& squares = neighbors.squares;
  if (squares.numel() < 1) return 1;
  // A median, since the last bits of a mean depend on the number of threads.
  return std::max(kSmallest, squares.select(1, squares.size(1) - 1).median().item<double>());
}

SparseMatrix normalized_graph(const Tensor& neighbors, const Tensor& weights, Edges edges) {
  const auto n = neighbors.size(0);
  auto rows = at::arange(n, neighbors.options()).unsqueeze(1).expand(neighbors.sizes()).flatten();
  auto columns = neighbors.flatten(), values = weights.flatten();
  if (edges == Edges::symmetric) {
    const auto from = rows;
    rows = at::cat({from, columns});
    columns = at::cat({columns, from});
    values = at::cat({values, values});
  } else if (edges == Edges::mutual) {
    const auto both = at::isin(rows * n + columns, columns * n + rows).nonzero().squeeze(1);
    rows = rows.index_select(0, both);
    columns = columns.index_select(0, both);
    values = values.index_select(0, both);
  }
  // Sums of columns, which are those of rows unless edges have directions.
  const auto degrees =
      SparseMatrix(n, columns, rows, values).times(at::ones({n, 1}, values.options())).squeeze(1);
  const auto scale = inverse_root(degrees);
  return {n, rows, columns, values * scale.index_select(0, rows) * scale.index_select(0, columns)};
}

Tensor spread_labels(const SparseMatrix& s, const Tensor& labels, double spread, double tolerance) {
  constexpr int kIterationsToACheck = 10;
  const auto source = (1 - spread) * labels;
  auto scores = source, before = source;
  const auto change = [&] {
    return ((scores - before) / scores.amax(1, true).clamp_min(kSmallest)).max().item<double>();
  };
  // Scores only grow, by factors that fall with `spread`. A sample that a label has just reached
  // changes by all it has: iterations go on until every sample is reached that can be.
  do {
    for (int i = 0; i < kIterationsToACheck; ++i) {
      before = scores;
      scores = (spread * s.times(before)).add_(source);
    }
  } while (change() > tolerance);
  return scores;
}

Tensor with_class_mass(const Tensor& scores, const Tensor& labels) {
  const auto mass = scores.sum(0), wanted = labels.sum(0) / labels.sum();
  return scores * (wanted / mass.clamp_min(kSmallest));
}

Tensor normalized_rows(const Tensor& scores) {
  return scores / scores.sum(1, true).clamp_min(kSmallest);
}

}  // namespace label_propagation
