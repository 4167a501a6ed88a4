// SPDX-License-Identifier: Apache-2.0
#include "host/run/metrics.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Metrics, LineIsOneObject) {
  EXPECT_EQ(to_json_line({100, "train", 1.25, {{"loss", 0.7}, {"test_error", 0.05}}}),
            R"({"iteration":100,"phase":"train","seconds":1.25,"loss":0.7,"test_error":0.05})");
}

TEST(Metrics, WhatJsonLacksIsText) {
  EXPECT_EQ(to_json_line({1, "", 0, {{"a", kNaN}, {"b", kInfinity}, {"c", -kInfinity}}}),
            R"({"iteration":1,"phase":"","seconds":0.0,"a":"NaN","b":"Infinity","c":"-Infinity"})");
}

TEST(Metrics, NameUsedTwiceOrReservedIsRefused) {
  for (const char* name : {"loss", "iteration", "phase", "seconds"}) {
    expect_failure(ExitCode::plugin, name,
                   [&] { to_json_line({1, "train", 0, {{"loss", 1}, {name, 2}}}); });
  }
}

TEST(Metrics, RowsComeBackFromTheFile) {
  sslhost::testing::TemporaryFolder folder;
  const MetricsRow first = {3, "pre\"train\"", 0.1, {{"z", 1.0 / 3}, {"a", -kInfinity}}};
  sslhost::testing::write_text(
      folder / "m",
      to_json_line(first) + "\n" + to_json_line({4, "train", 2, {{"n", kNaN}}}) + "\n");
  const auto rows = read_metrics(folder / "m");
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].iteration, 3);
  EXPECT_EQ(rows[0].phase, first.phase);
  EXPECT_EQ(rows[0].seconds, 0.1);
  EXPECT_EQ(rows[0].values, first.values) << "in their order, to the last bit";
  EXPECT_TRUE(std::isnan(rows[1].values.at(0).second));
}

TEST(Metrics, DamagedLineIsNamed) {
  sslhost::testing::TemporaryFolder folder;
  const std::string good = to_json_line({1, "train", 0, {}}) + "\n";
  for (const char* bad : {"{\"iteration\":2,", "[]", "{\"iteration\":2,\"phase\":\"\"}", "\n",
                          R"({"iteration":2,"phase":"","seconds":1,"loss":"high"})",
                          R"({"iteration":1e300,"phase":"","seconds":1})",
                          R"({"iteration":-1,"phase":"","seconds":1})"}) {
    sslhost::testing::write_text(folder / "m", good + bad);
    expect_failure(ExitCode::storage, "line 2", [&] { read_metrics(folder / "m"); });
  }
  EXPECT_THROW(read_metrics(folder / "missing"), Error);
}

}  // namespace
}  // namespace sslhost::host
