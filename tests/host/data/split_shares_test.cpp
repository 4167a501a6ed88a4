// SPDX-License-Identifier: Apache-2.0
// Parts in the proportions of the classes.
#include <set>

#include <gmock/gmock.h>

#include "host/data/split.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using Ids = std::vector<int64_t>;

Ids class_counts(const Ids& ids, const Ids& labels, size_t classes) {
  Ids counts(classes);
  for (const auto id : ids) ++counts[static_cast<size_t>(labels[static_cast<size_t>(id)])];
  return counts;
}

// Of 50 labels 13 are held out: a class must not lose most of its labels by chance.
TEST(Split, FewSamplesAreHeldOutInTheProportionsOfTheClasses) {
  std::vector<int64_t> labels;
  for (const auto& [label, count] : {std::pair<int64_t, int>{0, 25}, {1, 20}, {2, 5}})
    labels.insert(labels.end(), static_cast<size_t>(count), label);
  std::vector<std::string> warnings;
  std::set<std::vector<int64_t>> draws;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto split =
        draw_split({.labels = labels, .classes = 3},
                   {.labels = 6, .seed = seed, .holdout = 13, .holdout_in_shares = true}, warnings);
    std::vector<int64_t> held_out(3);
    for (const auto id : split.test) ++held_out[static_cast<size_t>(labels[id])];
    EXPECT_EQ(held_out, (std::vector<int64_t>{7, 5, 1})) << "6.5, 5.2 and 1.3";
    draws.insert(split.test);
  }
  EXPECT_EQ(draws.size(), 20U);
}

// "18 of 25" would be a riddle.
TEST(Split, WhereTooFewAreLeftItIsSaidHowManyAreHeldOut) {
  std::vector<int64_t> labels(25, 0);
  labels.insert(labels.end(), 25, 1);
  const auto refusal = [&](const SplitRequest& request) {
    std::vector<std::string> warnings;
    return failure_of(
               [&] { draw_split({.labels = labels, .classes = 2}, request, warnings); })
        .parts()
        .found;
  };
  SplitRequest request = {.labels = 50, .holdout = 14, .holdout_in_shares = true};
  EXPECT_EQ(refusal(request), "18, since 7 of 25 are held out for tests");
  request.draw = SplitRequest::Draw::random;
  EXPECT_EQ(refusal(request), "36 that have no other role, since 14 of 50 are held out for tests");
  request.validation = 6;
  EXPECT_THAT(refusal(request), ::testing::HasSubstr("since 20 of 50 are held out for tests and"));
}

TEST(Split, AClassThatHasNoTestSampleIsNamed) {
  std::vector<int64_t> labels(20, 0);
  labels.push_back(1);
  std::vector<std::string> warnings;
  draw_split({.labels = labels, .classes = 2},
             {.labels = 2, .holdout = 4, .holdout_in_shares = true}, warnings);
  EXPECT_THAT(warnings, ::testing::ElementsAre(::testing::HasSubstr("no test sample of class 1")));
}

TEST(Split, AFewForValidationAreDrawnInTheProportionsOfTheClassesToo) {
  Ids labels(30, 0);
  labels.insert(labels.end(), 30, 1);
  labels.insert(labels.end(), 15, 2);
  std::vector<std::string> warnings;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SplitRequest request = {.labels = 6,
                            .seed = seed,
                            .validation = 10,
                            .holdout = 25,
                            .holdout_in_shares = true,
                            .validation_in_shares = true};
    const auto split = draw_split({.labels = labels, .classes = 3}, request, warnings);
    EXPECT_EQ(class_counts(split.test, labels, 3), (Ids{10, 10, 5}));
    EXPECT_EQ(class_counts(split.validation, labels, 3), (Ids{4, 4, 2}));
    request.validation_in_shares = false;
    EXPECT_EQ(draw_split({.labels = labels, .classes = 3}, request, warnings).test, split.test);
  }
}

}  // namespace
}  // namespace sslhost::host
