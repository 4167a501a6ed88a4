// SPDX-License-Identifier: Apache-2.0
#include "host/commands/worker/audit.hpp"

#include <cmath>

#include <ATen/ops/cat.h>

#include "host/encode/features.hpp"
#include "host/evaluate/label_errors.hpp"
#include "host/evaluate/outliers.hpp"
#include "host/survey/roster_part.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

std::vector<Problem> judge_outliers(const Roster& roster, const Tensor& features) {
  const auto found = outliers_of(features);
  if (found.empty()) return {};
  const auto count = std::ssize(found);
  Problem problem = {
      .id = "outliers",
      .count = count,
      .text = counted(count, "picture is unlike all others", "pictures are unlike all others"),
      .next = "look at them, and take out what does not belong here"};
  for (const auto& one : found)
    problem.examples.push_back(roster.name(static_cast<size_t>(one.place)));
  return {problem};
}

/// What cannot be judged is said, where there are labels at all: silence would look like praise.
std::vector<Problem> judge_labels(const Dataset& dataset, const Roster& roster,
                                  const Tensor& features) {
  if (!dataset.train.labels.defined() || dataset.classes.size() < 2) return {};
  const auto errors = label_errors(features, dataset.train.labels, std::ssize(dataset.classes));
  if (!errors.judged)
    return {{.weight = Problem::Weight::note,
             .id = "labels-not-judged",
             .count = dataset.train.size(),
             .text = errors.error > 0
                         ? "labels cannot be judged: a classifier of features errs in " +
                               std::to_string(std::lround(100 * errors.error)) + " % of them"
                         : "labels cannot be judged: a class has too few of them"}};
  if (errors.found.empty()) return {};
  const auto count = std::ssize(errors.found);
  Problem problem = {.id = "label-errors",
                     .count = count,
                     .text = counted(count, "label is likely wrong", "labels are likely wrong"),
                     .next = "look at them, and correct those that are"};
  const auto class_of = [&](int64_t k) { return dataset.classes[static_cast<size_t>(k)]; };
  for (const auto& one : errors.found)
    problem.examples.push_back(roster.name(static_cast<size_t>(one.place)) + " (" +
                               class_of(one.label) + ", likely " + class_of(one.likely) + ")");
  return {problem};
}

}  // namespace

std::vector<Problem> audit(const Dataset& dataset, const Encoder& encoder,
                           const DatasetReader::Progress& progress) {
  auto pool = dataset;
  pool.test = {};
  const auto seen = features_of(pool, encoder, feature_cache(), progress);
  std::vector<Tensor> parts;
  for (const auto* part : {&seen.train, &seen.unlabeled})
    if (part->size() > 0) parts.push_back(part->data.flatten(1));
  if (parts.empty()) return {};
  const Roster roster({roster_part(PartId::training, dataset.train),
                       roster_part(PartId::unlabeled, dataset.unlabeled)});
  const auto all = at::cat(parts);
  auto problems = judge_outliers(roster, all);
  if (seen.train.size() > 0)
    for (auto& problem : judge_labels(dataset, roster, parts.front()))
      problems.push_back(std::move(problem));
  if (problems.empty())  // silence says not that it looked
    problems.push_back(
        {.weight = Problem::Weight::note,
         .id = "audited",
         .count = all.size(0),
         .text = counted(all.size(0), "picture was looked at by features, and does not stand out",
                         "pictures were looked at by features, and nothing stands out")});
  return problems;
}

}  // namespace sslhost::host
