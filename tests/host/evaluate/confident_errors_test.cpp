// SPDX-License-Identifier: Apache-2.0
#include "host/evaluate/confident_errors.hpp"

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "tests/support/toy_data.hpp"

namespace sslhost::host {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A part of samples 10, 11, ... whose labels are 0, and logits [n,3] for it in that order.
struct Example {
  explicit Example(Tensor given) : logits(std::move(given)) {
    const auto n = logits.size(0);
    part = {testing::toy_data(6, n).unlabeled.data, at::arange(10, 10 + n, at::kLong),
            at::zeros({n}, at::kLong), 1};
  }
  std::vector<ConfidentError> find(int64_t most) {
    int64_t next = 0;
    return confident_errors(part, most, [&](const Tensor& images) {
      next += images.size(0);
      return logits.narrow(0, next - images.size(0), images.size(0));
    });
  }
  Tensor logits;
  LabeledPart part;
};

TEST(Mistakes, TheSurestComeFirst) {
  Example example(at::tensor({5., 0., 0.,   // right
                              0., 1., 0.,   // wrong, hardly sure
                              0., 0., 9.,   // wrong, very sure
                              0., 3., 0.})  // wrong
                      .view({4, 3}));
  const auto found = example.find(2);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].row, 12);
  EXPECT_EQ(found[0].label, 0);
  EXPECT_EQ(found[0].predicted, 2);
  EXPECT_NEAR(found[0].probability, std::exp(9) / (std::exp(9) + 2), 1e-12);
  EXPECT_EQ(found[1].row, 13);
  EXPECT_THAT(example.find(9), SizeIs(3));
}

TEST(Mistakes, NoneAreFoundWhereThereAreNone) {
  EXPECT_THAT(Example(at::tensor({5., 0., 0.}).view({1, 3})).find(4), IsEmpty());
}

TEST(Mistakes, PartsOfMoreThanOnePieceAreSeenWhole) {
  auto logits = at::zeros({1500, 3});
  logits.select(1, 0).fill_(1);
  logits[1234][1] = 2;
  const auto found = Example(logits).find(40);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].row, 10 + 1234);
}

TEST(Mistakes, AmongEquallySureOnesTheOrderOfTheDataDecides) {
  const auto found = Example(at::tensor({0., 1., 0.}).view({1, 3}).repeat({50, 1})).find(3);
  EXPECT_EQ(found.at(0).row, 10);
  EXPECT_EQ(found.at(2).row, 12);
}

}  // namespace
}  // namespace sslhost::host
