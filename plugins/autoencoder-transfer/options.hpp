// SPDX-License-Identifier: Apache-2.0
#pragma once

// The options of autoencoder transfer; autoencoder_transfer.cpp has the method, README.md the table
// of symbols. Options without a prefix belong to the classifier's phase and mean what they mean in
// every method.

#include <cstdint>
#include <string>

#include "sslhost/options.hpp"
#include "sslhost/training/optimizer.hpp"

namespace autoencoder_transfer {

enum class Encoder { model, conv };
enum class Features { code, early };
enum class Output { linear, sigmoid };
enum class Code { relu, linear };

/// A phase beside the classifier's; 0 iterations leave it out.
struct PhaseOptions {
  int64_t iterations = 0, batch = 0;
  sslhost::OptimizerOptions optimizer = {};
  bool keep_best = false;
};

struct Options {
  Encoder encoder = Encoder::model;
  int64_t encoder_width = 16, code_channels = 4;
  Features features = Features::code;
  Code code = Code::linear;
  Output output = Output::linear;
  double noise = 0;
  std::string head;
  double head_dropout = 0;
  bool cache = true;
  PhaseOptions reconstruct = {
      .iterations = 1500,
      .batch = 128,
      .optimizer = {.learning_rate = 1e-3,
                    .schedule = {.kind = sslhost::ScheduleOptions::Kind::linear}}};
  sslhost::TrainingOptions classify = {.iterations = 500};
  bool classify_keep_best = false;
  PhaseOptions finetune = {
      .iterations = 500,
      .batch = 50,
      .optimizer = {.learning_rate = 1e-3,
                    .schedule = {.kind = sslhost::ScheduleOptions::Kind::linear}}};
  double finetune_encoder_factor = 1;
};

void describe(sslhost::OptionList& list, Options& v);

/// "1024-512" -> {1024, 512}; empty -> none. Throws std::invalid_argument for anything else.
std::vector<int64_t> widths_of(const std::string& text);

}  // namespace autoencoder_transfer
