// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run takes over from pretrained weights: features (--encoder), or where its own networks
// begin (--init).

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/plan.hpp"
#include "host/encode/encoder.hpp"
#include "host/model/initial_weights.hpp"
#include "host/model/registry.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

struct PretrainedStart {
  std::unique_ptr<Encoder> encoder;       ///< null: none
  std::optional<InitialWeights> initial;  ///< of a new run
  std::vector<int64_t> shape;             ///< [C,H,W] that samples should have; empty: any
  bool misses_weights = false;  ///< features of kUsualEncoder would be used if it were here
};

/// Settles encoder, init, and what follows from init: model, mean, std. Their values are recorded
/// from here on: a run that goes on has what it began with. `begun`, null in a new run, is its
/// record: the encoder must have the weights that it names, and initial ones are in the checkpoint.
/// Throws Error: usage for options that contradict each other, storage for weights that do not
/// fit.
PretrainedStart pretrained_start(Plan& plan, c10::Device device, const RunRecord* begun);

/// The record of a run that goes on. Where it is damaged or gone an empty one, unless the run began
/// with pretrained weights, which it names: throws Error (storage) then.
RunRecord record_of_begun(const std::filesystem::path& file, const Plan& plan);

/// After build() in a new run: heads are fitted where the weights had none for these classes.
/// Throws Error (usage) for a method that has no network of --model.
RunRecord::Init finish_start(const InitialWeights& weights, const Plan& plan,
                             const ResidentPool& labeled, Registry& registry);

/// A line for the user.
std::string start_text(const RunRecord::Init& init);

}  // namespace sslhost::host
