// SPDX-License-Identifier: Apache-2.0
#pragma once

// The options of the semi-supervised GAN; sgan.cpp has the method, README.md the table of symbols.

#include <cstdint>
#include <string>

#include "sslhost/options.hpp"
#include "sslhost/training/optimizer.hpp"

namespace sgan {

enum class GeneratorLoss { plain, feature_matching };
enum class Noise { uniform, normal };
enum class Images { fresh, shared };
enum class Statistics { all, labeled, unlabeled };

/// Adam as GANs are trained: a short memory for the mean gradient (Radford et al. 2016).
constexpr sslhost::OptimizerOptions adam() {
  return {.learning_rate = 1e-3,
          .beta1 = 0.5,
          .schedule = {.kind = sslhost::ScheduleOptions::Kind::linear}};
}

struct Options {
  sslhost::TrainingOptions training = {.optimizer = adam()};
  int64_t unlabeled_batch = 100;
  double unlabeled_weight = 1;
  GeneratorLoss generator_loss = GeneratorLoss::feature_matching;
  std::string generator = "auto";
  int64_t latent = 100;
  Noise noise = Noise::uniform;
  sslhost::OptimizerOptions generator_optimizer = adam();
  Images images = Images::fresh;
  Statistics statistics = Statistics::unlabeled;
  bool data_init = true;
};

void describe(sslhost::OptionList& list, Options& v);

}  // namespace sgan
