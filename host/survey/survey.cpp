// SPDX-License-Identifier: Apache-2.0
#include "host/survey/survey.hpp"

#include <algorithm>

namespace sslhost::host {

const char* to_text(Problem::Weight weight) {
  constexpr const char* kNames[] = {"wrong", "warning", "note"};
  return kNames[static_cast<int>(weight)];
}

int64_t Survey::samples() const {
  int64_t all = 0;
  for (const auto& part : parts) all += part.samples;
  return all;
}

bool Survey::is_wrong() const {
  return std::ranges::any_of(problems,
                             [](const Problem& p) { return p.weight == Problem::Weight::wrong; });
}

}  // namespace sslhost::host
