// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "host/storage/joined.hpp"
#include "host/survey/judge.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

using Weight = Problem::Weight;

/// Some of the classes, by their labels.
Problem of_classes(const std::vector<std::string>& classes, const SurveyedPart& part,
                   const auto& is_meant) {
  Problem problem;
  for (size_t k = 0; k < classes.size(); ++k) {
    if (!is_meant(part.per_class[k])) continue;
    ++problem.count;
    problem.examples.push_back(classes[k] + " (" + counted(part.per_class[k], "label", "labels") +
                               ")");
  }
  return problem;
}

/// Without blanks, in small letters.
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name)
    if (c != ' ') text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

/// Classes that were likely meant to be one.
void judge_names(const std::vector<std::string>& classes, std::vector<Problem>& problems) {
  std::map<std::string, std::vector<std::string>> alike;
  for (const auto& name : classes) alike[plain(name)].push_back("'" + name + "'");
  Problem problem = {.id = "similar-classes",
                     .next = "give them one name if they are one: now they are learned as several"};
  for (const auto& [text, names] : alike) {
    if (names.size() < 2) continue;
    problem.count += std::ssize(names);
    problem.examples.push_back(joined(names, ", "));
  }
  if (problem.count == 0) return;
  problem.text =
      grouped(problem.count) + " classes have names that differ by capital letters or blanks alone";
  problems.push_back(std::move(problem));
}

/// `tested`: there are labeled tests beside them; else some of them are held out.
void judge_training(const std::vector<std::string>& classes, const SurveyedPart& part, bool tested,
                    std::vector<Problem>& problems) {
  const int64_t fewest = tested ? 1 : 2;
  constexpr int64_t kMostUnequal = 10;  // largest class beside the smallest
  const auto labeled = std::ranges::count_if(part.per_class, [](int64_t n) { return n > 0; });
  if (labeled < 2) {
    auto one = of_classes(classes, part, [](int64_t n) { return n > 0; });
    one.weight = Weight::wrong;
    one.id = "one-class";
    one.text = labeled == 0 ? "no training sample has a label" : "all labels are of one class";
    one.next = "add labels of another class";
    return problems.push_back(std::move(one));
  }
  auto few = of_classes(classes, part, [&](int64_t n) { return n < fewest; });
  if (few.count > 0) {
    few.weight = tested ? Weight::wrong : Weight::warning;
    few.id = "few-labels";
    few.text = counted(few.count, "class has", "classes have") +
               (tested ? " no label: it cannot be learned"
                       : " fewer than two labels: it cannot be both learned and tested");
    few.next = "add labels of it, or take the class out";
    problems.push_back(std::move(few));
  }
  const auto [least, most] = std::ranges::minmax(part.per_class);
  if (least < fewest || most <= kMostUnequal * least) return;
  auto small =
      of_classes(classes, part, [&, most = most](int64_t n) { return most > kMostUnequal * n; });
  small.id = "imbalance";
  const auto ratio = static_cast<int64_t>(static_cast<double>(most) / static_cast<double>(least));
  small.text = "the largest class has " + grouped(ratio) + " times the labels of the smallest";
  small.next = "collect more of the small ones, and look at macro F1 beside the error";
  problems.push_back(std::move(small));
}

}  // namespace

std::vector<Problem> judge_classes(const std::vector<std::string>& classes,
                                   const std::vector<SurveyedPart>& parts) {
  std::vector<Problem> problems;
  judge_names(classes, problems);
  const auto training = std::ranges::find(parts, "training", &SurveyedPart::name);
  const auto test = std::ranges::find(parts, "test", &SurveyedPart::name);
  const bool tested = test != parts.end() && test->labeled;
  if (training == parts.end() || !training->labeled) {
    problems.push_back({.weight = Weight::wrong,
                        .id = "no-labels",
                        .count = 1,
                        .text = "no training sample has a label",
                        .next = "label some samples of each class"});
  } else {
    judge_training(classes, *training, tested, problems);
  }
  if (!tested) return problems;
  auto missing = of_classes(classes, *test, [](int64_t n) { return n == 0; });
  if (missing.count == 0) return problems;
  missing.id = "missing-in-test";
  missing.text = counted(missing.count, "class has", "classes have") + " no test sample";
  missing.next = "add some: the test error says nothing about it";
  problems.push_back(std::move(missing));
  return problems;
}

}  // namespace sslhost::host
