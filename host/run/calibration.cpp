// SPDX-License-Identifier: Apache-2.0
#include "host/run/calibration.hpp"

#include <fmt/core.h>

#include "host/evaluate/temperature.hpp"

namespace sslhost::host {

namespace {

using Json = nlohmann::ordered_json;

Json bins_of(const Reliability& reliability) {
  auto all = Json::array();
  for (const auto& bin : reliability.bins)
    all.push_back(
        {{"samples", bin.samples}, {"confidence", bin.confidence}, {"accuracy", bin.accuracy}});
  return all;
}

Reliability read(const JsonField& field, const char* ece, const char* bins) {
  Reliability result;
  result.samples = field["samples"].integer(0);
  result.ece = field[ece].number();
  std::size_t count = 0;
  const auto list = field[bins];
  list.each([&](const JsonField& bin) {
    if (count < result.bins.size())
      result.bins[count] = {bin["samples"].integer(0), bin["confidence"].number(),
                            bin["accuracy"].number()};
    ++count;
  });
  if (count != result.bins.size())
    list.fail(std::to_string(result.bins.size()) + " elements", std::to_string(count));
  return result;
}

}  // namespace

std::string words_of(const Calibration& calibration) {
  if (!calibration.temperature) return "not calibrated: no validation part";
  const double t = *calibration.temperature;
  const char* end = t <= kLowestTemperature    ? " (the lowest allowed)"
                    : t >= kHighestTemperature ? " (the highest allowed)"
                                               : "";
  return fmt::format("temperature {:.3g}{}, fitted on {} validation sample{}", t, end,
                     calibration.fitted_on, calibration.fitted_on == 1 ? "" : "s");
}

Json to_json(const Calibration& c) {
  Json json = {{"words", words_of(c)}};
  if (c.temperature) {
    json["temperature"] = *c.temperature;
    json["fitted_on"] = c.fitted_on;
  }
  json["samples"] = c.after.samples;
  json["ece"] = c.after.ece;
  json["bins"] = bins_of(c.after);
  if (c.temperature) {
    json["ece_before"] = c.before.ece;
    json["bins_before"] = bins_of(c.before);
  }
  return json;
}

Calibration read_calibration(const JsonField& field) {
  Calibration result;
  result.after = result.before = read(field, "ece", "bins");
  if (const auto temperature = field.find("temperature")) {
    result.temperature = temperature->number();
    result.fitted_on = field["fitted_on"].integer(0);
    result.before = read(field, "ece_before", "bins_before");
  }
  return result;
}

}  // namespace sslhost::host
