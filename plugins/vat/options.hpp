// SPDX-License-Identifier: Apache-2.0
#pragma once

// The options of VAT; vat.cpp has the method, README.md the table of symbols.

#include <cstdint>

#include "sslhost/options.hpp"
#include "sslhost/phase.hpp"
#include "sslhost/training/optimizer.hpp"

namespace vat {

enum class Update { joint, alternating };
enum class Clean { constant, gradient };
enum class Statistics { all, labeled, unlabeled };
enum class Randomness { shared, independent };
enum class Radius { relative, absolute };

struct Options {
  sslhost::TrainingOptions training;
  int64_t unlabeled_batch = 128;
  double epsilon = 0;  // chosen_epsilon() in vat.cpp
  double xi = 1.4;
  Radius radius = Radius::relative;
  double weight = 1;
  double entropy_weight = 0;
  sslhost::Pool samples = sslhost::Pool::unlabeled;
  int64_t power_iterations = 1;
  Update update = Update::joint;
  Clean clean = Clean::constant;
  Statistics statistics = Statistics::unlabeled;
  Randomness randomness = Randomness::shared;
};

void describe(sslhost::OptionList& list, Options& v);

}  // namespace vat
