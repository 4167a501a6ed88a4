// SPDX-License-Identifier: Apache-2.0
// The graph and its solution against loops over doubles and a dense linear system.
#include "plugins/label-propagation/graph.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

namespace label_propagation {
namespace {

using at::Tensor;

constexpr int64_t kN = 7, kK = 3;

Tensor dense(const SparseMatrix& s, int64_t n = kN) { return s.times(at::eye(n, at::kDouble)); }

struct Small {
  Neighbors neighbors = nearest_others(
      at::arange(kN * 2, at::kDouble).square().mul(0.7).sin().view({kN, 2}).to(at::kFloat), kK);
  double width = square_width(neighbors);

  double weight(int64_t i, int64_t j, Weights kind) const {
    for (int64_t e = 0; e < kK; ++e)
      if (neighbors.places[i][e].item<int64_t>() == j)
        return kind == Weights::binary ? 1
                                       : std::exp(-neighbors.squares[i][e].item<double>() / width);
    return 0;
  }
  /// Eq. 1 and 2.
  Tensor by_hand(Weights kind, Edges edges) const {
    std::vector<std::vector<double>> w(kN, std::vector<double>(kN));
    for (int64_t i = 0; i < kN; ++i)
      for (int64_t j = 0; j < kN; ++j) {
        const double there = weight(i, j, kind), back = weight(j, i, kind);
        auto& value = w[static_cast<size_t>(i)][static_cast<size_t>(j)];
        if (edges == Edges::symmetric) value = there + back;
        if (edges == Edges::mutual) value = there > 0 && back > 0 ? there : 0;
        if (edges == Edges::directed) value = there;
      }
    const auto s = at::zeros({kN, kN}, at::kDouble);
    for (size_t i = 0; i < kN; ++i)
      for (size_t j = 0; j < kN; ++j) {
        double to_i = 0, to_j = 0;
        for (size_t l = 0; l < kN; ++l) to_i += w[l][i], to_j += w[l][j];
        if (w[i][j] > 0 && to_i > 0)
          s[static_cast<int64_t>(i)][static_cast<int64_t>(j)] = w[i][j] / std::sqrt(to_i * to_j);
      }
    return s;
  }
  SparseMatrix graph(Weights kind, Edges edges) const {
    return normalized_graph(neighbors.places, edge_weights(neighbors.squares, kind, width), edges);
  }
};

TEST(SparseMatrix, TimesColumnsIsThatOfTheDenseMatrix) {
  const auto rows = at::tensor({3, 0, 3, 3, 1, 0}, at::kLong),
             columns = at::tensor({1, 2, 1, 0, 3, 0}, at::kLong);
  const auto values = at::tensor({1.0, 2.0, 4.0, 8.0, 16.0, 32.0}, at::kDouble);
  const auto expected =
      at::tensor({32.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 16.0, 0.0, 0.0, 0.0, 0.0, 8.0, 5.0, 0.0, 0.0},
                 at::kDouble)
          .view({4, 4});
  const SparseMatrix sparse(4, rows, columns, values);
  EXPECT_TRUE(at::equal(dense(sparse, 4), expected));
  const auto x = at::arange(12, at::kDouble).view({4, 3});
  EXPECT_TRUE(at::equal(sparse.times(x), expected.mm(x)));
}

TEST(SparseMatrix, WithoutElementsGivesZeros) {
  const auto none = at::empty({0}, at::kLong);
  const SparseMatrix sparse(3, none, none, at::empty({0}, at::kDouble));
  EXPECT_TRUE(at::equal(dense(sparse, 3), at::zeros({3, 3}, at::kDouble)));
}

TEST(Graph, IsThatOfTheEquations) {
  const Small small;
  for (const auto kind : {Weights::gaussian, Weights::binary})
    for (const auto edges : {Edges::symmetric, Edges::mutual, Edges::directed})
      EXPECT_TRUE(
          at::allclose(dense(small.graph(kind, edges)), small.by_hand(kind, edges), 1e-12, 1e-14));
}

TEST(Graph, HalfOfTheSamplesHaveTheirFarthestNeighborWithinTheWidth) {
  const Small small;
  const auto farthest = small.neighbors.squares.select(1, kK - 1);
  EXPECT_EQ(farthest.le(small.width).sum().item<int64_t>(), kN / 2 + 1);
  EXPECT_EQ(square_width(nearest_others(at::zeros({1, 2}, at::kFloat), 3)), 1);
}

TEST(Spread, EndsAtTheClosedForm) {
  const Small small;
  auto labels = at::zeros({kN, 2}, at::kDouble);
  labels[0][0] = 1;
  labels[4][1] = 1;
  for (const auto edges : {Edges::symmetric, Edges::mutual, Edges::directed})
    for (const double alpha : {0.3, 0.95, 0.999}) {
      const auto s = small.graph(Weights::gaussian, edges);
      const auto system = at::eye(kN, at::kDouble) - alpha * dense(s);
      const auto expected = (1 - alpha) * at::linalg_solve(system, labels);  // eq. 4
      EXPECT_TRUE(at::allclose(spread_labels(s, labels, alpha, 1e-12), expected, 1e-8, 1e-12))
          << alpha;
    }
}

// A path of which each iteration reaches one more sample.
TEST(Spread, ReachesEverySampleThatIsConnected) {
  constexpr int64_t kLength = 300;
  const auto left = at::arange(kLength - 1, at::kLong).unsqueeze(1);
  const auto places = at::cat({left + 1, at::full({1, 1}, kLength - 2, at::kLong)});
  const auto s = normalized_graph(places, at::ones({kLength, 1}, at::kDouble), Edges::symmetric);
  auto labels = at::zeros({kLength + 0, 1}, at::kDouble);
  labels[0][0] = 1;
  const auto scores = spread_labels(s, labels, 0.9, 1e-3);
  EXPECT_GT(scores[-1].item<double>(), 0);
}

TEST(Spread, LeavesZerosWhereNoLabelComes) {
  const auto places = at::tensor({1, 0, 3, 2}, at::kLong).unsqueeze(1);
  const auto s = normalized_graph(places, at::ones({4, 1}, at::kDouble), Edges::symmetric);
  auto labels = at::zeros({4, 2}, at::kDouble);
  labels[0][1] = 1;
  const auto scores = spread_labels(s, labels, 0.9, 1e-6);
  EXPECT_TRUE(at::equal(scores.narrow(0, 2, 2), at::zeros({2, 2}, at::kDouble)));
  EXPECT_GT(scores[1][1].item<double>(), 0);
  const auto rows = normalized_rows(scores);
  EXPECT_EQ(rows[1][1].item<double>(), 1);
  EXPECT_EQ(rows[2][1].item<double>(), 0);
}

TEST(ClassMass, ClassesGetTheirShareOfTheLabels) {
  const auto labels = at::tensor({1., 0., 0., 1., 0., 0., 0., 1., 0.}, at::kDouble).view({3, 3});
  const auto scores = at::tensor({5., 1., 0., 4., 2., 0., 3., 3., 0.}, at::kDouble).view({3, 3});
  const auto mass = with_class_mass(scores, labels).sum(0);
  EXPECT_TRUE(at::allclose(mass, at::tensor({2. / 3, 1. / 3, 0.}, at::kDouble))) << mass;
}

}  // namespace
}  // namespace label_propagation
