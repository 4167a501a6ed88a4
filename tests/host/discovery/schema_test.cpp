// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/schema.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sslhost::host {
namespace {

TEST(Schema, SaysAllThatAnOptionKnows) {
  double rate = 0.5;
  int64_t steps = 3;
  bool on = true;
  enum class Update { joint, alternating } update = Update::joint;
  OptionList list;
  list.add("learning_rate", rate, "how fast")
      .above(0)
      .at_most(1)
      .unit("1/step")
      .source("a paper, eq. 1");
  list.add("steps", steps, "how many");
  list.add("on", on, "whether");
  list.choice("update", update, {{"joint", Update::joint}, {"alternating", Update::alternating}},
              "which");

  const auto all = options_to_json(list);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(
      all[0].dump(),
      R"({"name":"learning_rate","type":"number","default":0.5,"range":"> 0, <= 1","choices":[],"unit":"1/step",)"
      R"("source":"a paper, eq. 1","meaning":"how fast"})");
  EXPECT_EQ(all[1]["default"], 3);
  EXPECT_EQ(all[2]["default"], true);
  EXPECT_EQ(all[3]["choices"], nlohmann::ordered_json({"joint", "alternating"}));
}

}  // namespace
}  // namespace sslhost::host
