// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/request.hpp"

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(ComparisonRequest, LabelsAreAListOfNumbersEachOnce) {
  EXPECT_THAT(parse_labels("250,50,100"), ElementsAre(50, 100, 250));
  EXPECT_THAT(parse_labels("0,20,5"), ElementsAre(5, 20, 0)) << "0 takes all";
  for (const char* wrong :
       {"", "fifty", "50,", "50,,100", "50.5", "-50", "50 100", "50,1e3", "99999999999999999999"})
    expect_failure(ExitCode::usage, "--labels", [&] { parse_labels(wrong); });
  expect_failure(ExitCode::usage, "50 twice", [&] { parse_labels("50,100,50"); });
}

TEST(ComparisonRequest, VariedOptionsAreListsOrRanges) {
  const auto list = parse_variation("learning-rate=1e-3,0.01");
  EXPECT_EQ(list.name, "learning_rate");
  EXPECT_THAT(list.values, ElementsAre("1e-3", "0.01"));
  const auto range = parse_variation("epsilon=log:1e-2..1");
  EXPECT_EQ(range.kind, Variation::Kind::logarithmic);
  EXPECT_EQ(range.low, 0.01);
  EXPECT_EQ(range.high, 1);
  for (const char* wrong :
       {"", "epsilon", "=1", "epsilon=", "epsilon=1,,2", "epsilon=1,1", "epsilon=log:0..1",
        "epsilon=log:1..", "epsilon=lin:2..1", "epsilon=lin:1", "epsilon=lin:1..nan"})
    expect_failure(ExitCode::usage, "--vary", [&] { parse_variation(wrong); });
}

TEST(ComparisonRequest, AllCombinationsOfListsAreTried) {
  const std::vector<Variation> varied = {parse_variation("a=1,2"), parse_variation("b=x,y,z")};
  const auto variants = variants_of(varied, 0);
  EXPECT_THAT(variants, SizeIs(6));
  EXPECT_EQ(variant_text(variants.front()), "a=1 b=x");
  EXPECT_EQ(variant_text(variants.back()), "a=2 b=z");
  EXPECT_THAT(variants_of({}, 0), SizeIs(1));
  EXPECT_THAT(variants_of({}, 7), SizeIs(1)) << "of an arm that has none of the options";
}

TEST(ComparisonRequest, DrawsAreTheSameHoweverManyAndWhateverElseIsVaried) {
  const std::vector<Variation> one = {parse_variation("a=log:1e-4..1e-1")};
  const std::vector<Variation> two = {one[0], parse_variation("b=x,y")};
  const auto few = variants_of(one, 5), many = variants_of(one, 50), both = variants_of(two, 5);
  ASSERT_THAT(few, SizeIs(5));
  int small = 0;
  for (const auto& variant : many) {
    const auto value = std::stod(variant[0].second);
    EXPECT_GE(value, 1e-4);
    EXPECT_LE(value, 1e-1);
    small += value < 1e-2 ? 1 : 0;
  }
  EXPECT_GT(small, 25) << "two of three decades";
  for (std::size_t i = 0; i < few.size(); ++i) {
    EXPECT_EQ(few[i], many[i]);
    EXPECT_EQ(few[i][0], both[i][0]);
  }
}

ComparisonRequest request(std::vector<std::string> arms) { return {.arms = std::move(arms)}; }

TEST(ComparisonRequest, WhatIsNoComparisonIsRefused) {
  expect_failure(ExitCode::usage, "none", [] { check_request(request({})); });
  expect_failure(ExitCode::usage, "vat alone", [] { check_request(request({"vat"})); });
  expect_failure(ExitCode::usage, "vat twice",
                 [] { check_request(request({"vat", "supervised", "vat"})); });
  auto other = request({"vat", "supervised"});
  other.baseline = "supervise";
  expect_failure(ExitCode::usage, "did you mean supervised", [&] { check_request(other); });
  for (const char* ours : {"seed", "plugin", "recipe", "resume"}) {
    auto single = request({"vat", "supervised"});
    single.options = {{ours, "1"}};
    expect_failure(ExitCode::usage, std::string("--") + ours, [&] { check_request(single); });
  }
}

TEST(ComparisonRequest, RangesNeedANumberOfDrawsAndDrawsNeedOptions) {
  auto range = request({"vat"});
  range.varied = {parse_variation("epsilon=lin:0..1")};
  expect_failure(ExitCode::usage, "--random N", [&] { check_request(range); });
  range.draws = 3;
  check_request(range);
  range.varied.push_back(parse_variation("epsilon=1,2"));
  expect_failure(ExitCode::usage, "epsilon twice", [&] { check_request(range); });
  auto nothing = request({"vat", "supervised"});
  nothing.draws = 3;
  expect_failure(ExitCode::usage, "--vary", [&] { check_request(nothing); });
}

}  // namespace
}  // namespace sslhost::host
