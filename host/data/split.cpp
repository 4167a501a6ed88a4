// SPDX-License-Identifier: Apache-2.0
#include "host/data/split.hpp"

#include <algorithm>
#include <new>
#include <numeric>
#include <string_view>
#include <utility>

#include "sslhost/error.hpp"
#include "sslhost/training/integers.hpp"

#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace {

using Draw = SplitRequest::Draw;

[[noreturn]] void fail(ExitCode code, const std::string& field, std::string expected,
                       std::string found, std::string next) {
  throw Error(code, {"split, " + field, std::move(expected), std::move(found), std::move(next)});
}

uint64_t role_key(const SplitRequest& request, std::string_view role) {
  return host::role_key(request.seed, role);
}

std::string name_of(const SplitSource& source, int64_t label) {
  const auto k = static_cast<size_t>(label);
  return k < source.class_names.size() ? source.class_names[k] : std::to_string(label);
}

void check_request(const SplitRequest& request) {
  const auto at_least = [](const std::string& field, int64_t value, int64_t bound) {
    if (value < bound)
      fail(ExitCode::usage, field, "at least " + std::to_string(bound), std::to_string(value), "");
  };
  at_least("labels", request.labels, 1);
  at_least("validation", request.validation, 0);
  at_least("holdout", request.holdout, 0);
  at_least("unlabeled", request.unlabeled, -1);
}

void check_data(const SplitSource& source, const SplitRequest& request) {
  const auto& labels = source.labels;
  for (size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < 0 || labels[i] >= source.classes)
      fail(ExitCode::data, "training sample " + std::to_string(i),
           "a label from 0 to " + std::to_string(source.classes - 1), std::to_string(labels[i]),
           "correct the dataset");
  if (request.draw == Draw::balanced && request.labels < source.classes)
    fail(ExitCode::data, "labels",
         "at least " + std::to_string(source.classes) + ", one of each class, for a balanced draw",
         std::to_string(request.labels), "ask for more labels, or draw them at random");
  if (source.test_size == 0 && request.holdout == 0)
    fail(ExitCode::data, "test", "a test part, or training samples held out for it", "neither",
         "ask for a holdout of at least 1");
}

/// Deals the samples of the training part to roles, and `further` ones to the unlabeled pool.
class Dealer {
 public:
  Dealer(const SplitRequest& request, const SplitSource& source)
      : request_(request),
        source_(source),
        labels_(source.labels),
        taken_(source.labels.size() + static_cast<size_t>(source.unlabeled_size), false) {}

  /// Exactly `count` of the training part, whatever their labels.
  std::vector<int64_t> pick_any(const std::string& role, int64_t count) const {
    return pick_any_of(labels_.size(), role, count);
  }

  /// The same; where `in_shares`, in the proportions of the classes.
  std::vector<int64_t> pick_apart(const std::string& role, int64_t count, bool in_shares) const {
    const auto free = std::count(taken_.begin(), taken_.begin() + std::ssize(labels_), false);
    if (!in_shares || count > free || count == 0) return pick_any(role, count);
    auto quota = shares(count);
    return pick(labels_.size(), role, count, [&](int64_t id) { return quota[labels_[id]]-- > 0; });
  }

  /// Of both parts; -1: all that are free.
  std::vector<int64_t> pick_unlabeled(int64_t count) const {
    return pick_any_of(taken_.size(), "unlabeled", count);
  }

  /// `quota[k]` of each class k.
  std::vector<int64_t> pick_labeled(std::vector<int64_t> quota) const {
    auto ids = pick(labels_.size(), "labeled", request_.labels,
                    [&](int64_t id) { return quota[labels_[id]]-- > 0; });
    for (size_t k = 0; k < quota.size(); ++k)
      if (quota[k] > 0) fail_class(k, quota[k]);
    return ids;
  }

  /// Of the training part, by how its samples lie, whatever their labels.
  std::vector<int64_t> pick_medoids(const std::string& role, int64_t count) const {
    std::vector<int64_t> free;
    for (int64_t id = 0; id < source_.train_size(); ++id)
      if (!taken_[id]) free.push_back(id);
    require_enough(role, count, std::ssize(free));
    return shuffled(source_.medoids(free, count, role_key(request_, role)));
  }

  void take(const std::vector<int64_t>& ids, bool taken = true) {
    for (const int64_t id : ids) taken_[id] = taken;
  }

  std::vector<int64_t> shuffled(const std::vector<int64_t>& ids) const {
    std::vector<int64_t> other;
    for (const int64_t i :
         random::permutation(static_cast<int64_t>(ids.size()), role_key(request_, "labeled")))
      other.push_back(ids[static_cast<size_t>(i)]);
    return other;
  }

 private:
  /// The first `count` free ones of the role's own permutation of `size` for which `wanted` holds
  /// (-1: all); fewer when there are no more.
  template <class Wanted>
  std::vector<int64_t> pick(size_t size, std::string_view role, int64_t count,
                            Wanted wanted) const {
    std::vector<int64_t> ids;
    for (const int64_t id :
         random::permutation(static_cast<int64_t>(size), role_key(request_, role))) {
      if (static_cast<int64_t>(ids.size()) == count) break;
      if (!taken_[id] && wanted(id)) ids.push_back(id);
    }
    return ids;
  }

  /// `count` shared among classes as their free samples are: what remains of whole numbers goes to
  /// the largest remainders.
  std::vector<int64_t> shares(int64_t count) const {
    std::vector<int64_t> quota(static_cast<size_t>(source_.classes), 0), rest = quota;
    int64_t free = 0, left = count;
    for (size_t id = 0; id < labels_.size(); ++id)
      if (!taken_[id]) ++quota[labels_[id]], ++free;
    for (size_t k = 0; k < quota.size(); ++k) {
      rest[k] = quota[k] * count % free;
      quota[k] = quota[k] * count / free;
      left -= quota[k];
    }
    std::vector<size_t> order(quota.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return rest[a] > rest[b]; });
    for (size_t i = 0; left > 0; ++i, --left) ++quota[order[i]];
    return quota;
  }

  std::vector<int64_t> pick_any_of(size_t size, const std::string& role, int64_t count) const {
    auto ids = pick(size, role, count, [](int64_t) { return true; });
    require_enough(role, count, std::ssize(ids));
    return ids;
  }

  void require_enough(const std::string& role, int64_t count, int64_t found) const {
    if (found < count)
      fail(ExitCode::data, role, std::to_string(count) + " samples",
           std::to_string(found) + " that have no other role" +
               held_out([](int64_t) { return true; }),
           "ask for fewer");
  }

  /// ", since 7 of 25 are held out for tests", of samples with such a label; empty where none is.
  template <class Wanted>
  std::string held_out(Wanted wanted) const {
    int64_t all = 0, taken = 0;
    for (size_t id = 0; id < labels_.size(); ++id) {
      if (!wanted(labels_[id])) continue;
      ++all;
      taken += taken_[id];
    }
    if (taken == 0 || request_.draw == Draw::named) return {};
    const bool tests = request_.holdout > 0, validation = request_.validation > 0;
    return ", since " + std::to_string(taken) + " of " + std::to_string(all) +
           " are held out for " + (tests ? "tests" : "") + (tests && validation ? " and " : "") +
           (validation ? "validation" : "");
  }

  [[noreturn]] void fail_class(size_t k, int64_t missing) const {
    int64_t found = 0;
    for (size_t id = 0; id < labels_.size(); ++id)
      found += !taken_[id] && labels_[id] == static_cast<int64_t>(k);
    fail(ExitCode::data, "labels of class " + name_of(source_, static_cast<int64_t>(k)),
         std::to_string(found + missing) + " samples",
         std::to_string(found) +
             held_out([k](int64_t label) { return label == static_cast<int64_t>(k); }),
         "ask for fewer labels, or draw them at random");
  }

  const SplitRequest& request_;
  const SplitSource& source_;
  std::span<const int64_t> labels_;
  std::vector<bool> taken_;
};

/// The same number for every class; what remains goes one each to randomly chosen classes.
std::vector<int64_t> balanced_quota(const SplitRequest& request, int64_t classes) {
  std::vector<int64_t> quota(static_cast<size_t>(classes), request.labels / classes);
  const auto order = random::permutation(classes, role_key(request, "remainder"));
  for (int64_t i = 0; i < request.labels % classes; ++i) ++quota[order[i]];
  return quota;
}

std::vector<bool> classes_of(std::span<const int64_t> labels, int64_t classes) {
  std::vector<bool> seen(static_cast<size_t>(classes), false);
  for (const int64_t label : labels) seen[label] = true;
  return seen;
}

/// Those of `wanted` that samples of these ids do not have, "cat, dog"; empty: none.
std::string missing_names(const std::vector<bool>& wanted, const std::vector<int64_t>& ids,
                          const SplitSource& source) {
  std::vector<int64_t> labels;
  for (const int64_t id : ids) labels.push_back(source.labels[id]);
  const auto seen = classes_of(labels, source.classes);
  std::vector<std::string> names;
  for (int64_t k = 0; k < source.classes; ++k)
    if (wanted[k] && !seen[k]) names.push_back(name_of(source, k));
  return joined(names, ", ");
}

void warn_missing_classes(const Split& split, const SplitSource& source,
                          std::vector<std::string>& warnings) {
  const std::vector<bool> all(static_cast<size_t>(split.classes), true);
  if (const auto names = missing_names(all, split.labeled, source); !names.empty())
    warnings.push_back("no labeled sample of class " + names +
                       ": it cannot be learned; use more labels or another seed");
  if (!split.test_from_training) return;
  const auto there = classes_of(source.labels, source.classes);
  if (const auto names = missing_names(there, split.test, source); !names.empty())
    warnings.push_back("no test sample of class " + names +
                       ": the test error says nothing about it; label more of it");
}

}  // namespace

uint64_t role_key(uint64_t seed, std::string_view role) {
  return random::mix(random::mix(seed, random::name_key("split")), random::name_key(role));
}

const char* to_text(Draw draw) {
  constexpr const char* kNames[] = {"balanced", "random", "medoids", "named"};
  return kNames[static_cast<int>(draw)];
}

Split draw_split(const SplitSource& source, const SplitRequest& request,
                 std::vector<std::string>& warnings) {
  check_request(request);
  check_data(source, request);
  Split split;
  split.request = request;
  split.classes = source.classes;
  split.train_size = source.train_size();
  split.test_size = source.test_size;
  split.unlabeled_size = source.unlabeled_size;
  split.test_from_training = request.holdout > 0;

  if (request.draw == Draw::medoids && !source.medoids)
    throw Error(ExitCode::bug, {"split, draw", "a way to choose medoids", "none"});
  Dealer dealer(request, source);
  if (request.draw == Draw::named) dealer.take(request.named);  // nothing else gets them
  if (split.test_from_training) {
    split.test = dealer.pick_apart("holdout", request.holdout, request.holdout_in_shares);
    dealer.take(split.test);
  } else {
    split.test.resize(static_cast<size_t>(split.test_size));
    std::iota(split.test.begin(), split.test.end(), 0);
  }
  split.validation =
      dealer.pick_apart("validation", request.validation, request.validation_in_shares);
  dealer.take(split.validation);
  switch (request.draw) {
    case Draw::named:
      split.labeled = dealer.shuffled(request.named);
      dealer.take(split.labeled, false);
      break;
    case Draw::medoids:
      split.labeled = dealer.pick_medoids("labeled", request.labels);
      break;
    case Draw::random:
      split.labeled = dealer.pick_any("labeled", request.labels);
      break;
    case Draw::balanced:
      split.labeled = dealer.pick_labeled(balanced_quota(request, source.classes));
      break;
  }
  if (!request.overlap) dealer.take(split.labeled);
  split.unlabeled = dealer.pick_unlabeled(request.unlabeled);
  warn_missing_classes(split, source, warnings);
  split.hash = split_hash(split);
  return split;
}

}  // namespace sslhost::host
