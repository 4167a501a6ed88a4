// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plugin's description as JSON, as `sslhost-worker probe FILE` prints it:
//   {"kind", "id", "version", "summary", "options": [{"name", "type", "default", "range",
//   "choices", "unit", "source", "meaning"}]}
// `default` has the option's own type; texts are empty and `choices` is [] where there is nothing
// to say.

#include <nlohmann/json_fwd.hpp>

#include "sslhost/options.hpp"
#include "sslhost/record.hpp"

namespace sslhost::host {

nlohmann::ordered_json options_to_json(const OptionList& list);
nlohmann::ordered_json to_json(const Record& record, const OptionList& list);

}  // namespace sslhost::host
