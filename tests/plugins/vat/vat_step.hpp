// SPDX-License-Identifier: Apache-2.0
#pragma once

// One step of VAT as a fixture, its passes written down. Includes the method itself: its class is
// in an anonymous namespace.

#include <gmock/gmock.h>

#include "plugins/vat/vat.cpp"  // NOLINT
#include "tests/plugins/support/scripted.hpp"
#include "tests/plugins/vat/by_hand.hpp"

namespace {

namespace by_hand = sslhost::testing::by_hand;
using by_hand::Vector;
using sslhost::testing::kClasses;
using sslhost::testing::kHidden;
using sslhost::testing::kInputs;
using sslhost::testing::Pass;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kLabeled = 2, kUnlabeled = 3;
const Task kTask = sslhost::testing::small_task(10);

/// One step of VAT with its passes: labeled; and clean, one trial for each power iteration,
/// perturbed.
class VatStep : public ::testing::Test {
 protected:
  VatStep() {
    o.radius = Radius::absolute;
    o.epsilon = 0.7;
    o.xi = 0.4;
    step.net = net;
    step.x = at::linspace(-0.8, 1, kLabeled * kInputs, at::kDouble).view({kLabeled, 1, 2, 2});
    step.y = at::arange(kLabeled) + 1;
    step.u = at::linspace(0.9, -1, kUnlabeled * kInputs, at::kDouble)
                 .mul(3)
                 .sin()
                 .view({kUnlabeled, 1, 2, 2});
    step.draw = at::linspace(-1, 2, kUnlabeled * kInputs, at::kDouble).mul(9).cos();
  }
  void run() {
    Vat method(o);
    method.build(build);
    method.step(step);
  }
  /// The passes of one batch, in their order; the two batches have different sizes.
  std::vector<Pass> passes_of(int64_t batch) const {
    std::vector<Pass> found;
    for (const auto& pass : net->passes)
      if (pass.input.size(0) == batch) found.push_back(pass);
    return found;
  }
  Pass labeled() const { return passes_of(kLabeled).at(0); }
  Pass clean() const { return passes_of(kUnlabeled).at(0); }
  Pass trial(size_t k) const { return passes_of(kUnlabeled).at(1 + k); }
  Pass perturbed() const { return passes_of(kUnlabeled).back(); }
  Vector moved(const Pass& pass) const { return by_hand::values(pass.input - step.u); }

  /// The network with the weights that a loss was made with.
  by_hand::Net net_of(size_t update) const {
    const auto& before = step.updates.at(update).before;
    return {kInputs, kHidden, kClasses, by_hand::values(before[0]), by_hand::values(before[1])};
  }
  double hand_cross_entropy(const by_hand::Net& n) const {
    return by_hand::cross_entropy(n, by_hand::values(step.x), {1, 2});
  }
  double hand_vat(const by_hand::Net& p, const by_hand::Net& q) const {
    return by_hand::divergence(p, q, by_hand::values(step.u), moved(perturbed()));
  }
  /// By finite differences and then divided by a small norm: on some processors 1.1e-8 away.
  static constexpr double kOfADirection = 1e-7;
  static void expect_near(const Vector& found, const Vector& expected, double tolerance) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], tolerance) << "element " << i;
  }
  static void expect_norms(const Vector& v, double norm) {
    for (int64_t n = 0; n < kUnlabeled; ++n) {
      double square = 0;
      for (int64_t i = 0; i < kInputs; ++i)
        square += std::pow(v[static_cast<size_t>(n * kInputs + i)], 2);
      EXPECT_NEAR(std::sqrt(square), norm, 1e-12) << "sample " << n;
    }
  }

  Options o;
  sslhost::testing::Scopes scopes;
  std::shared_ptr<sslhost::testing::SpyNet> net =
      std::make_shared<sslhost::testing::SpyNet>(kInputs, kHidden, kClasses, scopes);
  sslhost::testing::ScriptedBuild build{kTask, net};
  sslhost::testing::ScriptedStep step{scopes};
};

}  // namespace
