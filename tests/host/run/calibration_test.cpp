// SPDX-License-Identifier: Apache-2.0
#include "host/run/calibration.hpp"

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const JsonFile kFile = {"run.json", ExitCode::storage, "a run's record", "put it back"};

Calibration example() {
  Calibration c{.temperature = 1.3125, .fitted_on = 200, .before = {}, .after = {}};
  c.before.samples = c.after.samples = 3;
  c.before.ece = 0.25;
  c.after.ece = 0.125;
  c.before.bins[14] = {3, 0.95, 2.0 / 3};
  c.after.bins[9] = {3, 0.65, 2.0 / 3};
  return c;
}

Calibration read(const nlohmann::ordered_json& json) {
  return read_calibration(JsonField(json, kFile, "results.calibration"));
}

TEST(CalibrationRecord, ComesBackAsItWasWritten) {
  const auto json = to_json(example());
  EXPECT_EQ(to_json(read(json)), json);
  EXPECT_EQ(json["words"], "temperature 1.31, fitted on 200 validation samples");
  EXPECT_EQ(read(json).before.bins[14].samples, 3);
  EXPECT_EQ(read(json).after.bins[9].accuracy, 2.0 / 3);
}

TEST(CalibrationRecord, WithoutAValidationPartHasNoTemperature) {
  auto without = example();
  without.temperature.reset();
  without.before = without.after;
  const auto json = to_json(without);
  EXPECT_EQ(json["words"], "not calibrated: no validation part");
  for (const char* key : {"temperature", "fitted_on", "ece_before", "bins_before"})
    EXPECT_FALSE(json.contains(key)) << key;
  const auto found = read(json);
  EXPECT_FALSE(found.temperature);
  EXPECT_EQ(found.before.ece, 0.125) << "there is one set of probabilities";
}

TEST(CalibrationRecord, DamageIsNamedWithItsField) {
  auto json = to_json(example());
  json["bins"].erase(3);
  expect_failure(ExitCode::storage,
                 AllOf(HasSubstr("results.calibration.bins"), HasSubstr("15 elements")),
                 [&] { read(json); });
  const auto bin = json["bins"][0];
  for (int i = 0; i < 2; ++i) json["bins"].push_back(bin);
  expect_failure(ExitCode::storage, "15 elements", [&] { read(json); });
  const auto whole = to_json(example());
  for (const auto& [key, value] : whole.items()) {
    if (key == "words" || key == "temperature") continue;
    auto damaged = whole;
    damaged[key] = "many";
    expect_failure(ExitCode::storage, "results.calibration." + key, [&] { read(damaged); });
  }
}

}  // namespace
}  // namespace sslhost::host
