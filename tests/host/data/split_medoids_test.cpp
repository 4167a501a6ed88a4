// SPDX-License-Identifier: Apache-2.0
// The draw of medoids: a split says who may be chosen, and takes what it is given.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/data/split.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using Draw = SplitRequest::Draw;
using Ids = std::vector<int64_t>;

Ids labels_of(int64_t classes, int64_t each) {
  Ids labels;
  for (int64_t k = 0; k < classes; ++k) labels.insert(labels.end(), each, k);
  return labels;
}

TEST(SplitMedoids, AreChosenOfWhatIsFree) {
  const Ids labels = labels_of(10, 100);
  Ids asked;
  std::vector<std::string> warnings;
  SplitSource source = {.labels = labels, .classes = 10, .test_size = 0};
  source.medoids = [&](const Ids& free, int64_t count, uint64_t) {
    asked = free;
    return Ids(free.end() - count, free.end());
  };
  const auto split = draw_split(
      source, {.labels = 7, .draw = Draw::medoids, .validation = 50, .holdout = 100}, warnings);
  EXPECT_EQ(asked.size(), 850u);
  EXPECT_TRUE(std::ranges::is_sorted(asked));
  for (const auto* role : {&split.test, &split.validation})
    for (const auto id : *role) EXPECT_FALSE(std::ranges::binary_search(asked, id)) << id;
  EXPECT_EQ(std::set<int64_t>(split.labeled.begin(), split.labeled.end()),
            std::set<int64_t>(asked.end() - 7, asked.end()));
  EXPECT_FALSE(std::ranges::is_sorted(split.labeled)) << "a position tells nothing about a label";
}

TEST(SplitMedoids, MoreThanAreFreeAreRefused) {
  const Ids labels = labels_of(2, 5);
  std::vector<std::string> warnings;
  SplitSource source = {.labels = labels, .classes = 2, .test_size = 1};
  source.medoids = [](const Ids& free, int64_t, uint64_t) { return free; };
  const auto error = failure_of(
      [&] { draw_split(source, {.labels = 9, .draw = Draw::medoids, .validation = 2}, warnings); });
  EXPECT_EQ(error.code(), ExitCode::data);
  EXPECT_EQ(error.parts().found,
            "8 that have no other role, since 2 of 10 are held out for validation");
}

}  // namespace
}  // namespace sslhost::host
