// SPDX-License-Identifier: Apache-2.0
#include "host/inference/require_scale.hpp"

#include <cmath>
#include <cstdio>

#include "sslhost/error.hpp"

namespace sslhost::host {

void require_scale(double scale, double trained, const std::string& dataset) {
  if (std::abs(scale - trained) <= 1e-6 * std::abs(trained)) return;
  const auto range = [](double s) {
    char text[64];
    std::snprintf(text, sizeof text, "values from 0 to %g", 1 / s);
    return std::string(text);
  };
  throw Error(ExitCode::data,
              {"dataset " + dataset, range(trained) + ", as the model was trained on", range(scale),
               "name data of the model's own kind"});
}

}  // namespace sslhost::host
