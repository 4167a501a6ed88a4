// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/confident_errors.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A part of samples 10, 11, ... whose labels are 0, and what was predicted for them.
struct Example {
  Example(std::vector<int64_t> classes, std::vector<double> probabilities)
      : predictions{at::tensor(classes, at::kLong), at::tensor(probabilities, at::kDouble), {}} {
    const auto n = static_cast<int64_t>(classes.size());
    part = {testing::toy_data(6, n).unlabeled.data, at::arange(10, 10 + n, at::kLong),
            at::zeros({n}, at::kLong), 1};
  }
  std::vector<ConfidentError> find(int64_t most) const {
    return confident_errors(part, predictions, most);
  }
  Predictions predictions;
  LabeledPart part;
};

TEST(ConfidentErrors, TheMostConfidentComeFirst) {
  const Example example({0, 1, 2, 1}, {0.9, 0.4, 0.99, 0.7});
  const auto found = example.find(2);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].row, 12);
  EXPECT_EQ(found[0].label, 0);
  EXPECT_EQ(found[0].predicted, 2);
  EXPECT_EQ(found[0].probability, 0.99);
  EXPECT_EQ(found[1].row, 13);
  EXPECT_THAT(example.find(9), SizeIs(3));
}

TEST(ConfidentErrors, NoneAreFoundWhereThereAreNone) {
  EXPECT_THAT(Example({0}, {0.9}).find(4), IsEmpty());
}

TEST(ConfidentErrors, AmongEquallyConfidentOnesTheOrderOfTheDataDecides) {
  const auto found = Example(std::vector<int64_t>(50, 1), std::vector<double>(50, 0.5)).find(3);
  EXPECT_EQ(found.at(0).row, 10);
  EXPECT_EQ(found.at(2).row, 12);
}

}  // namespace
}  // namespace sslhost::host
