// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/label_spread.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace sslhost::host {

namespace {

constexpr double kSpread = 0.95;     // α, as in label-propagation
constexpr double kTolerance = 1e-8;  // of a column: its squared residual by that of its source
constexpr double kSmallest = std::numeric_limits<float>::min();

/// w²: the median of the squared distances to the farthest neighbor.
double square_width(const NeighborGraph& graph) {
  std::vector<double> farthest;
  for (const auto& neighbors : graph.of)
    if (!neighbors.empty()) farthest.push_back(neighbors.back().square);
  if (farthest.empty()) return 1;
  const auto middle = farthest.begin() + std::ssize(farthest) / 2;
  std::ranges::nth_element(farthest, middle);
  return std::max(kSmallest, *middle);
}

/// W, both ways: those who are neighbors of each other count twice, as in label-propagation.
std::map<std::pair<size_t, size_t>, double> weights_of(const NeighborGraph& graph) {
  const double width = square_width(graph);
  std::map<std::pair<size_t, size_t>, double> weights;
  for (size_t i = 0; i < graph.of.size(); ++i)
    for (const auto& [other, square] : graph.of[i]) {
      const double weight = std::exp(-square / width);
      weights[{i, other}] += weight;
      weights[{other, i}] += weight;
    }
  return weights;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

LabelSpread::LabelSpread(const NeighborGraph& graph)
    : first_(graph.of.size() + 1), scores_(graph.of.size()), labels_(graph.of.size(), -1) {
  const auto weights = weights_of(graph);
  std::vector<double> degrees(graph.of.size());
  for (const auto& [edge, weight] : weights) {
    degrees[edge.first] += weight;
    ++first_[edge.first + 1];
  }
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  for (const auto& [edge, weight] : weights) {  // by their first picture
    const double scale = std::sqrt(degrees[edge.first] * degrees[edge.second]);
    edges_.push_back({static_cast<uint32_t>(edge.second),
                      static_cast<float>(kSpread * weight / std::max(scale, kSmallest))});
  }
}

void LabelSpread::multiply(const std::vector<double>& x, std::vector<double>& y) const {
  for (size_t i = 0; i < x.size(); ++i) {
    double sum = x[i];
    for (auto e = first_[i]; e < first_[i + 1]; ++e)
      sum -= static_cast<double>(edges_[e].weight) * x[edges_[e].to];
    y[i] = sum;
  }
}

/// I − αS is positive definite: conjugate gradients (M. Hestenes and E. Stiefel, 1952).
std::vector<float> LabelSpread::column(size_t picture) const {
  const auto n = labels_.size();
  std::vector<double> x(n), residual(n), direction(n), product(n);
  residual[picture] = direction[picture] = 1 - kSpread;
  double square = dot(residual, residual);
  const double enough = kTolerance * square;
  while (square > enough) {
    multiply(direction, product);
    const double step = square / dot(direction, product);
    for (size_t i = 0; i < n; ++i) {
      x[i] += step * direction[i];
      residual[i] -= step * product[i];
    }
    const double before = std::exchange(square, dot(residual, residual));
    for (size_t i = 0; i < n; ++i) direction[i] = residual[i] + square / before * direction[i];
  }
  return {x.begin(), x.end()};
}

void LabelSpread::spread(const std::vector<float>& column, size_t label, double factor) {
  for (size_t i = 0; i < column.size(); ++i) {
    if (column[i] == 0) continue;  // of another part of the graph
    if (scores_[i].size() <= label) scores_[i].resize(label + 1);
    scores_[i][label] += factor * static_cast<double>(column[i]);
  }
}

void LabelSpread::insert(size_t picture, const std::vector<float>& column) {
  labeled_.push_back(picture);
  auto& row = kernel_.emplace_back();
  for (const auto other : labeled_) row.push_back(column[other]);
}

void LabelSpread::erase(size_t place) {
  const auto last = labeled_.size() - 1;
  for (size_t other = 0; other < last; ++other)
    if (other != place) kernel(place, other) = kernel(last, other);
  kernel(place, place) = kernel(last, last);
  labeled_[place] = labeled_[last];
  labeled_.pop_back();
  kernel_.pop_back();
}

void LabelSpread::set(size_t picture, int64_t label) {
  const auto before = std::exchange(labels_[picture], label);
  if (before == label) return;
  const auto says = column(picture);
  if (before >= 0) spread(says, static_cast<size_t>(before), -1);
  if (label >= 0) spread(says, static_cast<size_t>(label), 1);
  if (before < 0)
    insert(picture, says);
  else if (label < 0)
    erase(static_cast<size_t>(std::ranges::find(labeled_, picture) - labeled_.begin()));
}

int64_t LabelSpread::label(size_t picture) const { return labels_[picture]; }

Scores LabelSpread::without_own(size_t picture) const {
  auto scores = scores_[picture];
  if (labels_[picture] >= 0) {
    const auto place = static_cast<size_t>(std::ranges::find(labeled_, picture) - labeled_.begin());
    scores[static_cast<size_t>(labels_[picture])] -= static_cast<double>(kernel(place, place));
  }
  // What was added and taken away leaves its rounding.
  constexpr double kRounding = 1e-6;
  for (auto& score : scores)
    if (score < kRounding * (1 - kSpread)) score = 0;
  return scores;
}

Scores LabelSpread::said_by(std::span<const size_t> places, size_t of) const {
  Scores scores;
  for (const auto place : places) {
    const auto label = static_cast<size_t>(labels_[labeled_[place]]);
    if (scores.size() <= label) scores.resize(label + 1);
    scores[label] += static_cast<double>(kernel(place, of));
  }
  return scores;
}

}  // namespace sslhost::host
