// SPDX-License-Identifier: Apache-2.0
#include "host/report/decision_map.hpp"

#include <regex>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

DecisionMap example() {
  DecisionMap map;
  map.classes = {"in", "out"};
  map.box = {0, 2, 0, 2};
  map.cells = 2;
  map.regions = {0, 0, 0, 1};  // "out" is up on the right
  map.points = {{0.5, 0.5, 0}, {1.5, 1.5, 1}, {1, 1, 1}};
  map.labeled = {{0.5, 0.5, 0}};
  return map;
}

TEST(DecisionMap, ControlCharactersOfClassesAreWrittenOut) {
  auto map = example();
  map.classes[0] = "in\x01";
  EXPECT_THAT(draw_decision_map(map), HasSubstr(">in\\x01<"));
}

TEST(DecisionMap, RegionsLieWhereTheClassIsPredicted) {
  const auto svg = draw_decision_map(example());
  std::smatch out;
  ASSERT_TRUE(std::regex_search(svg, out, std::regex("class=\"region c1\" d=\"([^\"]*)\"")));
  EXPECT_EQ(out[1], "M300.0 10.0h248.0v248.5h-248.0z") << "the right upper quarter";
  EXPECT_THAT(svg, HasSubstr("class=\"region c0\" d=\"M52.0 258.0h496.0v248.5h-496.0z"))
      << "equal neighbors in a row are one rectangle";
}

TEST(DecisionMap, EveryPointIsThereInItsClass) {
  const auto svg = draw_decision_map(example());
  EXPECT_EQ(count(svg, R"(class="point c1")"), 2 + 1) << "and one in the legend";
  EXPECT_EQ(count(svg, R"(class="labeled c0")"), 1);
  EXPECT_THAT(svg, HasSubstr(R"(class="labeled c0" cx="176.0" cy="382.0")"));
  EXPECT_EQ(count(svg, R"(class="made")"), 0);
  auto more = example();
  more.made = {{1, 1}, {1, 0}};
  EXPECT_EQ(count(draw_decision_map(more), R"(class="made")"), 2 + 1);
}

TEST(DecisionMap, AxesHaveNumbersInsideTheBox) {
  auto map = example();
  map.box = {-0.3, 1.1, -0.3, 1.1};
  const auto svg = draw_decision_map(map);
  for (const char* tick : {">0<", ">0.5<", ">1<", "feature 1", "feature 2"})
    EXPECT_THAT(svg, HasSubstr(tick));
  EXPECT_THAT(svg, Not(HasSubstr(">-0.5<")));
  EXPECT_THAT(svg, Not(HasSubstr(">1.5<")));
}

TEST(DecisionMap, TheBoxIsASquareUnlessTheFeaturesDifferMuch) {
  const auto near = map_box({{{0, 0}, {2, 1}}});
  EXPECT_DOUBLE_EQ(near.right - near.left, near.top - near.bottom);
  EXPECT_LT(near.left, 0);
  EXPECT_GT(near.right, 2);
  const auto far = map_box({{{0, 0}}, {{100, 1}}});
  EXPECT_GT(far.right - far.left, 50 * (far.top - far.bottom));
  for (const auto& box : {map_box({}), map_box({{{3, 3}}}), map_box({{{0, 5}, {1, 5}}})}) {
    EXPECT_GT(box.right, box.left);
    EXPECT_GT(box.top, box.bottom);
  }
}

TEST(DecisionMap, ManyPointsAreThinnedAndNamesEscaped) {
  auto map = example();
  map.points.assign(50'000, {1, 1, 0});
  map.classes[1] = "<out>";
  const auto svg = draw_decision_map(map);
  EXPECT_LE(count(svg, "<circle"), 2010);
  EXPECT_THAT(svg, HasSubstr("&lt;out&gt;"));
}

TEST(DecisionMap, RegionsOfAnotherNumberAreABug) {
  auto map = example();
  map.regions.pop_back();
  EXPECT_THROW(draw_decision_map(map), Error);
}

}  // namespace
}  // namespace sslhost::host
