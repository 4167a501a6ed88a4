// SPDX-License-Identifier: Apache-2.0
#include "host/run/checkpoint_state.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

CheckpointState example() {
  return {.position = {.phase = 1,
                       .iteration = 20,
                       .total = 60,
                       .seconds = 0.1,
                       .evaluation_seconds = 2,
                       .weights_of = 40},
          .split_hash = "98245e",
          .options = {{"seed", "0"}, {"plugin", "vat"}},
          .flags = {.evaluating = {"teacher"}, .fixed = {"net.0.weight"}},
          .log_order = {"loss", "error"},
          .metrics = {{{"jsonl", "metrics.jsonl", 120}}},
          .without_fall = 3,
          .best = CheckpointState::Best{0.25, 40}};
}

/// What is said of it with another value at that place.
std::string complaint(const std::string& pointer, const json& value) {
  auto changed = json::parse(to_json(example()));
  changed[json::json_pointer(pointer)] = value;
  return failure_text(ExitCode::storage,
                      [&] { read_checkpoint_state(changed.dump(), "runs/a/checkpoint"); });
}

TEST(CheckpointState, ComesBackAsItWasWritten) {
  const auto state = read_checkpoint_state(to_json(example()), "checkpoint");
  EXPECT_EQ(to_json(state), to_json(example()));
  EXPECT_EQ(state.position.weights_of, 40);
  EXPECT_THAT(state.log_order, ElementsAre("loss", "error"));
  EXPECT_EQ(state.metrics.files.at(0).bytes, 120);
  EXPECT_EQ(state.best.value().score, 0.25);
}

// Conversions of such numbers to integers are undefined; places before the beginning lead anywhere.
TEST(CheckpointState, NumbersThatAreNoPlaceInARunAreRefused) {
  for (const char* field : {"/phase", "/iteration", "/total", "/weights_of", "/without_fall",
                            "/metrics/jsonl", "/best/iteration"})
    for (const json& value : {json(1e300), json(-1), json(1.5), json("1"), json()})
      EXPECT_THAT(complaint(field, value), AllOf(HasSubstr("runs/a/checkpoint"),
                                                 HasSubstr("integer"), HasSubstr("another run")))
          << field << " " << value;
}

TEST(CheckpointState, WhatIsNoStateIsRefused) {
  EXPECT_THAT(complaint("/format", 2), HasSubstr("checkpoint format 3"));
  EXPECT_THAT(complaint("/format", 3.5), HasSubstr("checkpoint format 3"));
  EXPECT_THAT(complaint("/options/seed", 0), HasSubstr("options.seed"));
  EXPECT_THAT(complaint("/metrics/jsonl_file", "../other"), HasSubstr("../other"));
  for (const char* text : {"", "{", "[]", "{}", "\xff"})
    EXPECT_THAT(failure_text(ExitCode::storage, [&] { read_checkpoint_state(text, "here"); }),
                HasSubstr("here"));
}

TEST(CheckpointState, DeepNestingIsRefused) {
  const std::string deep(100'000, '[');
  const auto text = "{\"format\":" + deep + std::string(deep.size(), ']') + "}";
  EXPECT_THAT(failure_text(ExitCode::storage, [&] { read_checkpoint_state(text, "here"); }),
              HasSubstr("checkpoint format 3"));
}

}  // namespace
}  // namespace sslhost::host
