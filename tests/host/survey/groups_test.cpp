// SPDX-License-Identifier: Apache-2.0
#include "host/survey/groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Connected, JoinsOverAnyNumberOfSteps) {
  Connected connected(8);
  EXPECT_TRUE(connected.connect(6, 2));
  EXPECT_TRUE(connected.connect(7, 5));
  EXPECT_TRUE(connected.connect(5, 6));
  EXPECT_FALSE(connected.connect(7, 2));
  EXPECT_TRUE(connected.connect(3, 1));
  EXPECT_TRUE(connected.are_connected(2, 7));
  EXPECT_FALSE(connected.are_connected(2, 3));
  EXPECT_THAT(connected.groups(), ElementsAre(ElementsAre(1, 3), ElementsAre(2, 5, 6, 7)));
}

TEST(EqualGroups, AreOfOneKeyAndEqual) {
  const std::vector<uint64_t> keys = {9, 4, 9, 4, 1, 9, 9};
  const std::vector<size_t> all = {0, 1, 2, 3, 4, 5, 6};
  // 2 and 6 have the key of 0 and 5, and another content.
  const auto content = [](size_t i) { return i == 2 || i == 6; };
  const auto are_equal = [&](size_t a, size_t b) { return content(a) == content(b); };
  EXPECT_THAT(equal_groups(keys, all, are_equal),
              ElementsAre(ElementsAre(0, 5), ElementsAre(1, 3), ElementsAre(2, 6)));
  const std::vector<size_t> some = {0, 1, 2};
  EXPECT_THAT(equal_groups(keys, some, are_equal), IsEmpty());
}

}  // namespace
}  // namespace sslhost::host
