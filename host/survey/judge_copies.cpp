// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>

#include "host/survey/judge.hpp"
#include "host/survey/words.hpp"

namespace sslhost::host {

namespace {

using Weight = Problem::Weight;

/// Samples with the same bytes; one alone is a content, too.
using Content = std::vector<size_t>;

class Judge {
 public:
  Judge(const Roster& roster, const std::vector<std::string>& classes)
      : roster_(roster), classes_(classes) {
    leak_ = {.weight = Weight::wrong, .id = "leak", .next = "take them out of one of the parts"};
    labels_ = {.weight = Weight::wrong,
               .id = "two-labels",
               .next = "give each the one label that is right, or take it out"};
    duplicates_ = {.id = "duplicates",
                   .next = "keep one of each: a copy among held out samples flatters the error"};
    unlabeled_ = {.id = "unlabeled-leak",
                  .next = "take them out of the unlabeled part, unless that is meant"};
    near_leak_ = leak_;
    near_leak_.id = "near-leak";
    near_labels_ = {.id = "near-two-labels",
                    .next = "look at them: one of the labels may be wrong"};
    near_ = {.id = "near-duplicates", .next = "look at them, and keep one of each"};
  }

  void equal(const Content& content) {
    const auto in = [&](PartId part) { return first_in(content, part); };
    const auto train = in(PartId::training), test = in(PartId::test), more = in(PartId::unlabeled);
    const auto tests = count_in(content, PartId::test);
    if (train && test) add(leak_, tests, with_part(*train) + " = " + with_part(*test));
    if (more && test) add(unlabeled_, tests, with_part(*more) + " = " + with_part(*test));
    if (const auto other = first_with_other_label(content))
      add(labels_, 1, with_label(other->first) + " = " + with_label(other->second));
    for (const auto part : {PartId::training, PartId::test, PartId::unlabeled})
      if (const auto count = count_in(content, part); count > 1)
        add(duplicates_, count - 1, names(content, part, " = "));
  }

  /// Contents that look alike; what is the matter with each alone has been said.
  void near(const std::vector<Content>& contents) {
    Content firsts;
    for (const auto& content : contents) firsts.push_back(content.front());
    add(near_, static_cast<int64_t>(firsts.size()) - 1, names(firsts, std::nullopt, " ~ "));
    if (const auto other = first_with_other_label(firsts))
      add(near_labels_, 1, with_label(other->first) + " ~ " + with_label(other->second));
    std::optional<size_t> train;
    for (const auto& content : contents)
      if (!train) train = first_in(content, PartId::training);
    if (!train) return;
    for (const auto& content : contents)
      if (const auto test = first_in(content, PartId::test);
          test && !first_in(content, PartId::training))
        add(near_leak_, count_in(content, PartId::test),
            with_part(*train) + " ~ " + with_part(*test));
  }

  std::vector<Problem> problems() {
    // Looks can deceive, and benchmarks that everybody uses have some (68 of CIFAR-10's 10,000).
    if (near_leak_.count * 100 < size_of(PartId::test)) near_leak_.weight = Weight::warning;
    say(leak_, "test sample is a training sample, too", "test samples are training samples, too");
    say(near_leak_, "test picture looks like a training picture",
        "test pictures look like training pictures");
    say(labels_, "sample has two labels", "samples have two labels each");
    say(near_labels_, "picture has another label than one that looks like it",
        "pictures have other labels than ones that look like them");
    say(duplicates_, "sample is a copy of another", "samples are copies of others");
    say(near_, "picture looks like another", "pictures look like others");
    say(unlabeled_, "test sample is in the unlabeled part, too",
        "test samples are in the unlabeled part, too");
    return std::move(problems_);
  }

 private:
  int64_t size_of(PartId part) const {
    int64_t size = 0;
    for (const auto& one : roster_.parts())
      if (one.id == part) size += static_cast<int64_t>(one.size);
    return size;
  }
  int64_t count_in(const Content& content, PartId part) const {
    return std::ranges::count_if(content, [&](size_t i) { return roster_.part(i) == part; });
  }
  std::optional<size_t> first_in(const Content& content, PartId part) const {
    const auto found =
        std::ranges::find_if(content, [&](size_t i) { return roster_.part(i) == part; });
    return found == content.end() ? std::nullopt : std::optional(*found);
  }
  std::optional<std::pair<size_t, size_t>> first_with_other_label(const Content& content) const {
    std::optional<size_t> first;
    for (const auto sample : content) {
      if (roster_.label(sample) < 0) continue;
      if (!first) first = sample;
      if (roster_.label(sample) != roster_.label(*first)) return std::pair(*first, sample);
    }
    return std::nullopt;
  }

  std::string with_part(size_t sample) const {
    const auto name = roster_.name(sample), part = std::string(to_text(roster_.part(sample)));
    return name.starts_with(part) ? name : name + " (" + part + ")";
  }
  std::string with_label(size_t sample) const {
    return roster_.name(sample) + " (" + classes_[static_cast<size_t>(roster_.label(sample))] + ")";
  }
  std::string names(const Content& content, std::optional<PartId> part, const char* sign) const {
    constexpr int kMost = 3;
    std::string text;
    int named = 0, more = 0;
    for (const auto sample : content) {
      if (part && roster_.part(sample) != *part) continue;
      if (named < kMost)
        text += (named++ == 0 ? "" : sign) + roster_.name(sample);
      else
        ++more;
    }
    return more == 0 ? text : text + sign + grouped(more) + " more";
  }

  static void add(Problem& problem, int64_t count, std::string example) {
    problem.count += count;
    problem.examples.push_back(std::move(example));
  }
  void say(Problem& problem, const char* one, const char* many) {
    if (problem.count == 0) return;
    problem.text = counted(problem.count, one, many);
    problems_.push_back(std::move(problem));
  }

  const Roster& roster_;
  const std::vector<std::string>& classes_;
  Problem leak_, near_leak_, labels_, near_labels_, duplicates_, near_, unlabeled_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> judge_copies(const Roster& roster, const std::vector<std::string>& classes,
                                  const std::vector<Group>& equal, const std::vector<Group>& near) {
  Judge judge(roster, classes);
  std::map<size_t, const Group*> of_first;
  for (const auto& group : equal) {
    judge.equal(group);
    of_first.emplace(group.front(), &group);
  }
  for (const auto& group : near) {
    std::vector<Content> contents;
    for (const auto sample : group) {
      const auto found = of_first.find(sample);
      contents.push_back(found == of_first.end() ? Content{sample} : *found->second);
    }
    judge.near(contents);
  }
  return judge.problems();
}

std::vector<Problem> judge_constant(const Roster& roster, std::span<const size_t> constant) {
  if (constant.empty()) return {};
  const auto count = static_cast<int64_t>(constant.size());
  Problem problem = {.id = "constant",
                     .count = count,
                     .text = counted(count, "picture is", "pictures are") + " of one color",
                     .next = "take them out, unless they mean something"};
  for (const auto sample : constant) problem.examples.push_back(roster.name(sample));
  return {problem};
}

}  // namespace sslhost::host
