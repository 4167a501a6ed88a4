// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <sstream>

#include <gmock/gmock.h>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// What the command prints for that input.
std::string answer_to(const std::string& input, const std::vector<std::string>& operands = {}) {
  std::istringstream in(input);
  std::ostringstream out;
  auto* const stdin_buffer = std::cin.rdbuf(in.rdbuf());
  auto* const stdout_buffer = std::cout.rdbuf(out.rdbuf());
  std::string refused;
  try {
    CommandLine line;
    line.operands = operands;
    EXPECT_EQ(statistics_command(line), 0);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    refused = error.what();
  }
  std::cin.rdbuf(stdin_buffer);
  std::cout.rdbuf(stdout_buffer);
  return refused + out.str();
}

TEST(StatisticsCommand, AnswersAListWithItsStatistics) {
  // 2 minus and plus 4.30265 / sqrt(3).
  EXPECT_THAT(answer_to("[1, 2.0, 3]"),
              MatchesRegex(R"(\{"count":3,"median":2.0,"mean":2.0,"standard_deviation":1.0,)"
                           R"("interval":\[-0.484137[0-9]+,4.484137[0-9]+\],"wins":3\}\s)"));
}

TEST(StatisticsCommand, OneNumberHasNoInterval) {
  EXPECT_EQ(
      answer_to("[3]"),
      R"({"count":1,"median":3.0,"mean":3.0,"standard_deviation":null,"interval":null,"wins":1})"
      "\n");
}

TEST(StatisticsCommand, OfABoundAnswersHowProbableSuchAMeanWouldBe) {
  EXPECT_THAT(answer_to(R"({"values": [1, 2, 3], "below": 2})"), HasSubstr(R"("p":0.5})"));
  EXPECT_THAT(answer_to(R"({"values": [1], "below": 2})"), HasSubstr(R"("p":null})"));
  for (const char* input : {R"({"values": [1]})", R"({"values": [1], "below": "2"})",
                            R"({"values": [], "below": 2})", R"({"below": 2, "above": 1})"})
    EXPECT_THAT(answer_to(input), HasSubstr("a JSON list of numbers")) << input;
}

TEST(StatisticsCommand, AnythingElseIsAUsageError) {
  for (const char* input : {"", "[]", "{}", "[1,", "[null]", "[\"1\"]", "[1e999]"})
    EXPECT_THAT(answer_to(input), HasSubstr("a JSON list of numbers")) << input;
  EXPECT_THAT(answer_to("[1]", {"--json"}), HasSubstr("--json"));
}

}  // namespace
}  // namespace sslhost::host
