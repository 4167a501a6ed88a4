// SPDX-License-Identifier: Apache-2.0
#pragma once

// What methods share that ask for one prediction of two views, of labeled and unlabeled images
// alike.

#include <cstdint>
#include <string>
#include <string_view>

#include "sslhost/phase.hpp"
#include "sslhost/step.hpp"
#include "sslhost/training/optimizer.hpp"

namespace common {

/// The one phase: a labeled and an unlabeled batch, at most what the pools have, in two weak views
/// of these names.
sslhost::Phase two_views_phase(const sslhost::TrainingOptions& training, int64_t unlabeled_batch,
                               const sslhost::Task& task, const std::string& first,
                               const std::string& second);

/// Labeled images first, then unlabeled ones, [B+U,C,H,W]: consistency is asked of both.
sslhost::Tensor both_batches(sslhost::Step& step, std::string_view view);

}  // namespace common
