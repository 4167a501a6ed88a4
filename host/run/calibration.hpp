// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a run knows of its probabilities: results.calibration in run.json.

#include <cstdint>
#include <optional>
#include <string>

#include "host/evaluate/reliability.hpp"
#include "host/storage/json_field.hpp"

namespace sslhost::host {

struct Calibration {
  std::optional<double> temperature;  ///< none: there was no validation part, and it is 1
  std::int64_t fitted_on = 0;         ///< validation samples
  Reliability before, after;          ///< of the test part, without and with the temperature
};

/// "temperature 1.31, fitted on 200 validation samples", or why there is none.
std::string words_of(const Calibration& calibration);

nlohmann::ordered_json to_json(const Calibration& calibration);
/// Throws the field's Error for what is damaged.
Calibration read_calibration(const JsonField& field);

}  // namespace sslhost::host
