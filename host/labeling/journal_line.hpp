// SPDX-License-Identifier: Apache-2.0
#pragma once

// A step as a line of the journal: a sum over the rest, a blank, one JSON object.
//
//   93a1f27c {"n":7,"at":"2026-11-29T22:10:05Z","do":"answer","set":[["a.jpg","cat",null]]}
//
// In `set`: picture, answer now, answer before; null is none, 0 unsure.

#include <optional>
#include <string>
#include <string_view>

#include "host/labeling/step.hpp"

namespace sslhost::host {

/// Without the end of the line.
std::string line_of(const Step& step);

/// Nothing where the line is not what line_of() writes.
std::optional<Step> step_of(std::string_view line);

/// The same of what stands behind the sum.
std::optional<Step> step_of_text(std::string_view text);

}  // namespace sslhost::host
