// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a person's answers say together: of the pictures that have none, and of each other.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/labeling/label_spread.hpp"

namespace sslhost::host {

struct Opinion {
  int64_t label = -1;  ///< a class's number; -1: none
  double probability = 0;
};

/// How often the answers contradict each other: each is predicted from the others.
struct Agreement {
  int64_t judged = 0;  ///< answers that others reach, of classes with two at least
  int64_t wrong = 0;
  double low = 0, high = 1;  ///< of wrong / judged, as if drawn at random: 95 %
  double by_half = 0;  ///< the part that is wrong when each is predicted from half of the others
};

struct Advice {
  std::string trouble = {};  ///< why there is none; may be empty all the same: not yet
  std::string by = {};       ///< what pictures were compared by; empty: nothing is known yet
  /// Of each picture; where it has an answer, what the others say of it, none where its class
  /// has no other.
  std::vector<Opinion> of = {};
  std::vector<double> expected = {};  ///< of each class, in pictures: answers and probabilities
  std::optional<Agreement> agreement = std::nullopt;           ///< none: fewer than kLeastJudged
  std::vector<std::pair<size_t, size_t>> contradictions = {};  ///< one photo, two answers
};

constexpr int64_t kLeastJudged = 10;

/// `answers`: of each picture a class's number, below 0 for none. They are those of `spread`.
Advice advice_of(const LabelSpread& spread, const NeighborGraph& graph,
                 const std::vector<int64_t>& answers);

}  // namespace sslhost::host
