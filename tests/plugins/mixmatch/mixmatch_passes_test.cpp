// SPDX-License-Identifier: Apache-2.0
// MixMatch's passes, written down by a scripted step: guesses are constants, made without noise and
// recorded nowhere.
#include <gmock/gmock.h>

#include <ATen/ops/allclose.h>
#include <ATen/ops/flip.h>

#include "plugins/mixmatch/mixmatch.cpp"  // NOLINT: the class is in an anonymous namespace
#include "tests/plugins/support/weak_strong_fixture.hpp"

namespace {

using sslhost::testing::images;

class MixMatchPasses : public sslhost::testing::WeakStrongFixture {
 protected:
  MixMatchPasses() {
    step.unlabeled_views = {{"guess_1", images(kUnlabeled, 3)}, {"guess_2", images(kUnlabeled, 5)}};
    step.shares = at::full({kAll}, kShare, at::kDouble);
    step.partners = at::arange(kAll).flip(0);
    o.weight = 10;
    o.ramp.kind = RampOptions::Kind::none;
    MixMatch method(o);
    method.build(build);
    method.step(step);
  }
  static constexpr int64_t kAll = kLabeled + 2 * kUnlabeled;
  static constexpr double kShare = 0.3;
  MixMatchOptions o;
};

TEST_F(MixMatchPasses, OnlyTheMixedOneIsRecordedNoisyAndDifferentiated) {
  ASSERT_THAT(net->passes, ::testing::SizeIs(3));
  for (size_t i = 0; i < 3; ++i) {
    const bool mixed = i == 2;
    EXPECT_EQ(net->passes[i].gradient, mixed) << i;
    EXPECT_EQ(net->passes[i].noise, mixed) << i;
    EXPECT_EQ(net->passes[i].scopes.tracked, mixed) << i;
  }
}

/// Eq. 5 with guesses that no gradient goes through.
TEST_F(MixMatchPasses, GradientsAreThoseOfEquation5WithConstantGuesses) {
  ASSERT_THAT(step.updates, ::testing::SizeIs(1));
  const auto& update = step.updates[0];
  const auto w1 = update.before[0].clone().requires_grad_(true),
             w2 = update.before[1].clone().requires_grad_(true);
  const auto logits = [&](const Tensor& x) { return at::tanh(x.flatten(1).mm(w1.t())).mm(w2.t()); };
  const auto &first = step.unlabeled_views.at("guess_1"),
             &second = step.unlabeled_views.at("guess_2");
  const auto mean = (logits(first).softmax(1) + logits(second).softmax(1)).detach() / 2;
  const auto guess = mean.square() / mean.square().sum(1, true);
  const auto known = step.y.unsqueeze(1).eq(at::arange(sslhost::testing::kClasses)).to(at::kDouble);
  const auto x = at::cat({step.x, first, second}), p = at::cat({known, guess, guess});
  const double share = kShare;
  const auto mixed = (1 - share) * x + share * x.flip(0),
             target = (1 - share) * p + share * p.flip(0);
  const auto q = logits(mixed).softmax(1);
  const int64_t labeled = kLabeled, unlabeled = 2 * kUnlabeled;
  const auto supervised = -(target * q.log()).narrow(0, 0, labeled).sum(1).mean();
  const auto unsupervised = (target - q).square().narrow(0, labeled, unlabeled).mean();
  const auto expected = torch::autograd::grad({supervised + 10 * unsupervised}, {w1, w2});
  EXPECT_TRUE(at::allclose(update.gradients[0], expected[0], 1e-6, 1e-9));
  EXPECT_TRUE(at::allclose(update.gradients[1], expected[1], 1e-6, 1e-9));
}

}  // namespace
