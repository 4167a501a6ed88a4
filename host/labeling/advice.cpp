// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/advice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <tuple>

#include "host/run/statistics.hpp"

namespace sslhost::host {

namespace {

struct Judged {
  size_t place;  // in labeled()
  size_t label;
  Scores others;
};

bool is_reached(const Scores& scores) {
  return std::ranges::any_of(scores, [](double score) { return score > 0; });
}

size_t largest(const Scores& scores) {
  return static_cast<size_t>(std::ranges::max_element(scores) - scores.begin());
}

/// Scores to this power, made to sum to 1.
Scores sharpened(Scores scores, double power) {
  const double most = *std::ranges::max_element(scores);
  double sum = 0;
  for (auto& score : scores) sum += score = std::pow(score / most, power);
  for (auto& score : scores) score /= sum;
  return scores;
}

/// Answers of each class.
std::vector<int64_t> count_labels(const LabelSpread& spread) {
  std::vector<int64_t> count;
  for (const auto picture : spread.labeled()) {
    const auto label = static_cast<size_t>(spread.label(picture));
    if (count.size() <= label) count.resize(label + 1);
    ++count[label];
  }
  return count;
}

/// An answer whose class has no other would be wrong whatever the pictures look like.
std::vector<Judged> judged_answers(const LabelSpread& spread, const std::vector<int64_t>& count) {
  std::vector<Judged> judged;
  for (size_t place = 0; place < spread.labeled().size(); ++place) {
    const auto picture = spread.labeled()[place];
    const auto label = static_cast<size_t>(spread.label(picture));
    auto others = spread.without_own(picture);
    if (count[label] > 1 && is_reached(others)) judged.push_back({place, label, std::move(others)});
  }
  return judged;
}

/// The power that makes probabilities of answers right, each as the others say it: it maximizes
/// their likelihood, with a prior of log power ~ N(0, ½) that keeps it finite where none is wrong.
double calibrated_power(const std::vector<Judged>& judged) {
  if (std::ssize(judged) < kLeastJudged) return 1;
  const auto loss = [&](double log_power) {
    constexpr double kFloor = 1e-3;  // an answer may be wrong however sure the others are
    double sum = log_power * log_power;
    for (const auto& one : judged) {
      const auto p = sharpened(one.others, std::exp(log_power));
      sum -= std::log(std::max(kFloor, one.label < p.size() ? p[one.label] : 0));
    }
    return sum;
  };
  // Smooth, and looked at coarsely: a hundredth in a probability is more than it can be known to.
  constexpr int kSteps = 41;
  double best = 0, least = loss(0);
  for (int i = 0; i < kSteps; ++i) {
    const double log_power = -2 + 4.0 * i / (kSteps - 1);
    if (const double found = loss(log_power); found < least)
      std::tie(best, least) = std::pair(log_power, found);
  }
  return std::exp(best);
}

/// From halves drawn at random, always the same ones.
double error_by_half(const LabelSpread& spread, const std::vector<Judged>& judged) {
  constexpr int kDraws = 20;
  std::mt19937_64 random(1);
  std::vector<size_t> places(spread.labeled().size());
  std::iota(places.begin(), places.end(), size_t{0});
  int64_t wrong = 0, all = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    for (size_t i = places.size(); i > 1; --i) std::swap(places[i - 1], places[random() % i]);
    const auto half = std::span(places).first(places.size() / 2);
    std::vector<bool> is_in(places.size());
    for (const auto place : half) is_in[place] = true;
    for (const auto& one : judged) {
      if (is_in[one.place]) continue;
      const auto scores = spread.said_by(half, one.place);
      ++all;
      if (!is_reached(scores) || largest(scores) != one.label) ++wrong;
    }
  }
  return all == 0 ? 0 : static_cast<double>(wrong) / static_cast<double>(all);
}

std::optional<Agreement> agreement_of(const LabelSpread& spread,
                                      const std::vector<Judged>& judged) {
  if (std::ssize(judged) < kLeastJudged) return std::nullopt;
  Agreement agreement = {.judged = std::ssize(judged)};
  agreement.wrong = std::ranges::count_if(
      judged, [](const Judged& one) { return largest(one.others) != one.label; });
  const auto interval = fraction_interval(agreement.wrong, agreement.judged);
  agreement.low = interval.low;
  agreement.high = interval.high;
  agreement.by_half = error_by_half(spread, judged);
  return agreement;
}

}  // namespace

Advice advice_of(const LabelSpread& spread, const NeighborGraph& graph,
                 const std::vector<int64_t>& answers) {
  Advice advice = {.by = graph.by, .of = std::vector<Opinion>(answers.size())};
  const auto count = count_labels(spread);
  const auto judged = judged_answers(spread, count);
  const double power = calibrated_power(judged);
  const auto expect = [&](size_t label, double pictures) {
    if (advice.expected.size() <= label) advice.expected.resize(label + 1);
    advice.expected[label] += pictures;
  };
  for (size_t i = 0; i < answers.size(); ++i) {
    if (answers[i] >= 0) {
      expect(static_cast<size_t>(answers[i]), 1);
      if (count[static_cast<size_t>(answers[i])] == 1) continue;
    }
    auto scores = spread.without_own(i);
    if (!is_reached(scores)) continue;
    scores = sharpened(std::move(scores), power);
    const auto label = largest(scores);
    advice.of[i] = {static_cast<int64_t>(label), scores[label]};
    for (size_t k = 0; answers[i] < 0 && k < scores.size(); ++k) expect(k, scores[k]);
  }
  advice.agreement = agreement_of(spread, judged);
  for (const auto& [a, b] : graph.copies)
    if (answers[a] >= 0 && answers[b] >= 0 && answers[a] != answers[b])
      advice.contradictions.emplace_back(a, b);
  return advice;
}

}  // namespace sslhost::host
