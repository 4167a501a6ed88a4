// SPDX-License-Identifier: Apache-2.0
#pragma once

// What methods share that let weak views of unlabeled images say what strong views of the same
// images are: the batches they ask for, how these pass the network, and the loss. What each weak
// view is worth is the method's own affair.

#include <cstdint>
#include <string>

#include "sslhost/nn/backbone.hpp"
#include "sslhost/phase.hpp"
#include "sslhost/step.hpp"
#include "sslhost/training/optimizer.hpp"

namespace common {

/// Defaults of these methods: where weight decay is asked for, biases and norms are left alone, as
/// in all authors' code.
sslhost::TrainingOptions weight_decay_on_weights();

/// Beside TrainingOptions.
struct WeakStrongOptions {
  int64_t unlabeled_ratio = 7;  ///< μ: unlabeled samples for each labeled one of a batch, 1 to 1024
  double weight = 1;            ///< of the unlabeled loss, at least 0
  /// Options `unlabeled_ratio` and `weight`, with where their defaults come from.
  static void describe(sslhost::OptionList& list, WeakStrongOptions& v, const std::string& source);
};

/// The one phase: a labeled batch in its weak view, and an unlabeled one of μ times its size in the
/// views "weak" and "strong", at most what the pools have.
sslhost::Phase weak_strong_phase(const sslhost::TrainingOptions& training,
                                 const WeakStrongOptions& options, const sslhost::Task& task);

/// Logits of a step's three batches.
struct WeakStrongLogits {
  sslhost::Tensor labeled;  ///< [B,K]
  sslhost::Tensor weak;     ///< [U,K], constant: a pass without noise
  sslhost::Tensor strong;   ///< [U,K]
};

/// Three passes, each by itself; running statistics come from the weak one alone, since images look
/// like that when the network is used.
WeakStrongLogits weak_strong_logits(sslhost::Step& step, const sslhost::Network& net,
                                    const sslhost::Tensor& labeled);

/// 1/U Σ_b w_b·H(target_b, p(y|strong_b)): divided by all U samples, so that it grows with what the
/// weak views are worth. Targets are classes [U] int64 or probabilities [U,K]; weights [U].
sslhost::Tensor weighted_cross_entropy(const sslhost::Tensor& logits,
                                       const sslhost::Tensor& targets,
                                       const sslhost::Tensor& weights);

}  // namespace common
