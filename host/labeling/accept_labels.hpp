// SPDX-License-Identifier: Apache-2.0
#pragma once

// Guesses as labels, beside the person's own and told from them.

#include <string>

#include "host/labeling/advice.hpp"
#include "host/labeling/session.hpp"

namespace sslhost::host {

struct AcceptedLabels {
  /// path, label, role where the folder has a test part, by (person or advice), probability; a
  /// label table.
  std::string table;
  bool has_test = false;
  int64_t of_person = 0, of_advice = 0;
};

/// Of pictures without an answer, what `advice` says with `least` probability or more; none of the
/// test part, whose pictures keep their role. Throws Error (data) where the answers are too few to
/// say how sure a guess is, and with its words where the advice has a trouble.
AcceptedLabels accept_labels(const Session& session, const Advice& advice, double least);

}  // namespace sslhost::host
