// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sslhost/dataset.hpp"

#include "host/survey/roster.hpp"

namespace sslhost::host {

/// By reference.
inline RosterPart roster_part(PartId id, const Samples& samples) {
  RosterPart part = {.id = id, .size = static_cast<size_t>(samples.size())};
  if (samples.labels.defined()) part.labels = {samples.labels.const_data_ptr<int64_t>(), part.size};
  part.names = samples.names;
  return part;
}

}  // namespace sslhost::host
