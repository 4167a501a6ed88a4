// SPDX-License-Identifier: Apache-2.0
// A survey as people and as programs see it.
#include "host/survey/screen.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "host/survey/next_command.hpp"
#include "host/survey/survey_json.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

Survey some_survey() {
  return {.data = "photos",
          .dataset = "images",
          .notes = {"a folder a class, 2 classes: 1,100 labeled images; unlabeled: 30 more images "
                    "of the same kind"},
          .classes = {"cat", "dog"},
          .parts = {{"training", 1100, true, {1000, 100}}, {"unlabeled", 30}},
          .held_out = 275,
          .shape = {3, 64, 64},
          .type = "uint8",
          .scale = 1.0 / 255,
          .values = {0, 255, {10, 20.5, 30}, {1, 2, 3}},
          .looked_alike = true,
          .problems = {{Problem::Weight::warning,
                        "constant",
                        6,
                        "6 pictures are of one color",
                        {"a", "b", "c", "d", "e", "f"},
                        "take them out"}},
          .expected = {.data_bytes = 13'885'440, .model = "cnn-3x3", .weights = 3'000'000},
          .next = "sslhost --plugin vat"};
}

TEST(Screen, HasWhatThereIsInEightyColumns) {
  const auto text = screen_of(some_survey());
  EXPECT_THAT(text, AllOf(HasSubstr("photos\ndataset images: 1,130 samples of 3x64x64, uint8\n"),
                          HasSubstr("training      1,100    1,100\n"),
                          HasSubstr("unlabeled        30        -\n"),
                          HasSubstr("holds out 275 training samples"),
                          HasSubstr("dog       100    9.1 %  ###\n"),
                          HasSubstr("mean 10 20.5 30; standard deviation 1 2 3\n")));
  EXPECT_THAT(text, AllOf(HasSubstr("\nwarning   6 pictures are of one color\n          a\n"),
                          HasSubstr("          e\n          ...\n          next: take them out\n"),
                          HasSubstr("data      14 MB"), HasSubstr("3,000,000 weights: 48 MB"),
                          EndsWith("\nnext: sslhost --plugin vat\n")));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Screen, ManyClassesAreCutShort) {
  auto survey = some_survey();
  survey.classes.clear();
  survey.parts[0].per_class.clear();
  for (int k = 0; k < 40; ++k) {
    survey.classes.push_back("a class with quite a long name " + std::to_string(k));
    survey.parts[0].per_class.push_back(k);
  }
  EXPECT_THAT(screen_of(survey), AllOf(HasSubstr("and 25 more, of 15 to 39 labels each\n"),
                                       HasSubstr("a class with quite a ...       0    0.0 %\n")));
  survey.parts[0].per_class.assign(40, 6);
  EXPECT_THAT(screen_of(survey), HasSubstr("and 25 more, of 6 labels each\n"));
}

TEST(Screen, SaysWhatWasNotLookedFor) {
  auto survey = some_survey();
  survey.problems.clear();
  EXPECT_THAT(screen_of(survey), AllOf(HasSubstr("\nno problems found\n"), Not(HasSubstr("near"))));
  survey.looked_alike = false;
  EXPECT_THAT(screen_of(survey), HasSubstr("near duplicates were not looked for"));
  survey.shape = {2, 1, 1};
  EXPECT_THAT(screen_of(survey), Not(HasSubstr("near"))) << "points look like nothing";
}

TEST(Screen, MemoryIsSaidWithWhatBoundsIt) {
  auto survey = some_survey();  // 48 MB of weights, gradients and moments
  EXPECT_THAT(screen_of(survey), Not(HasSubstr("\nmemory "))) << "not asked";
  survey.expected.free = {50'000'000, "in its control group"};
  EXPECT_THAT(screen_of(survey), HasSubstr("\nmemory    50 MB are left in its control group\n"));
  survey.expected.free.bytes = 40'000'000;
  EXPECT_THAT(screen_of(survey),
              HasSubstr("40 MB are left in its control group: too little for the network\n"));
}

TEST(Screen, NamesCannotWriteToTheTerminal) {
  auto survey = some_survey();
  survey.problems[0].examples = {"a\x1b[2J\nb"};
  survey.classes[0] = "c\x1b";
  EXPECT_THAT(screen_of(survey), AllOf(HasSubstr("a?[2J?b\n"), Not(HasSubstr("\x1b"))));
}

TEST(SurveyJson, HasAllOfIt) {
  auto survey = some_survey();
  survey.data = "not \xff UTF-8";
  const auto j = nlohmann::json::parse(json_of(survey));
  EXPECT_EQ(j["parts"][0]["labels"], (nlohmann::json{{"cat", 1000}, {"dog", 100}}));
  EXPECT_EQ(j["parts"][1]["labels"], nullptr);
  EXPECT_EQ(j["problems"][0]["id"], "constant");
  EXPECT_EQ(j["problems"][0]["weight"], "warning");
  EXPECT_EQ(j["problems"][0]["examples"].size(), 6U) << "all, where a screen shows five";
  EXPECT_EQ(j["wrong"], false);
  EXPECT_EQ(j["expected"]["network_bytes"], 48'000'000);
  EXPECT_EQ(j["expected"]["free_bytes"], 0);
  EXPECT_EQ(j["values"]["mean"], (std::vector<double>{10, 20.5, 30}));
}

TEST(NextCommand, CanBeCopied) {
  EXPECT_EQ(next_command({{"data", "my photos"}, {"image-size", "96"}}, "vat", "cnn-3x3"),
            "sslhost --plugin vat --data 'my photos' --image-size 96 --model cnn-3x3");
  EXPECT_EQ(next_command({{"dataset", "rings"}}), "sslhost --plugin vat --dataset rings");
  EXPECT_EQ(next_command({{"data", "photos"}}, ""), "sslhost --data photos") << "chosen";
}

}  // namespace
}  // namespace sslhost::host
