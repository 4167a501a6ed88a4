// SPDX-License-Identifier: Apache-2.0
#pragma once

// The options of label propagation; label_propagation.cpp has the method, README.md the table of
// symbols.

#include <cstdint>

#include "sslhost/options.hpp"

namespace label_propagation {

enum class Metric { euclidean, cosine };
enum class Weights { gaussian, binary };
enum class Edges { symmetric, mutual, directed };

struct Options {
  int64_t neighbors = 0;
  double spread = 0.95;
  Metric metric = Metric::euclidean;
  Weights weights = Weights::gaussian;
  Edges edges = Edges::symmetric;
  bool class_mass = false;
  double tolerance = 1e-5;
};

void describe(sslhost::OptionList& list, Options& v);

}  // namespace label_propagation
