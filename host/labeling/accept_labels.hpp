// SPDX-License-Identifier: Apache-2.0
#pragma once

// Guesses as labels, beside the person's own and told from them.

#include <string>
#include <vector>

#include "host/labeling/advice.hpp"
#include "host/labeling/session.hpp"

namespace sslhost::host {

struct AcceptedLabels {
  /// path, label, role where some are held out, by (person or advice), probability; a label table.
  std::string table;
  int64_t of_person = 0, of_advice = 0;
  int64_t held_out = 0;  ///< pictures of the test part, some of which may have no label
};

/// Of pictures without an answer, what `advice` says with `least` probability or more; none of
/// those that are held out, which are the table's test part. Throws Error (data) where the answers
/// are too few to say how sure a guess is, and with its words where the advice has a trouble.
AcceptedLabels accept_labels(const Session& session, const Advice& advice, double least,
                             const std::vector<bool>& held_out);

}  // namespace sslhost::host
