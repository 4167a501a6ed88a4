// SPDX-License-Identifier: Apache-2.0
#pragma once

// What tests of methods with weak and strong views share: a scripted step with both, and the same
// passes as loops over doubles.

#include <algorithm>
#include <functional>
#include <memory>

#include <gmock/gmock.h>

#include "sslhost/nn/layers.hpp"

#include "tests/plugins/support/by_hand.hpp"
#include "tests/plugins/support/scripted.hpp"

namespace sslhost::testing {

class WeakStrongFixture : public ::testing::Test {
 protected:
  using Vector = by_hand::Vector;
  static constexpr size_t kLabeled = 2, kUnlabeled = 4;

  WeakStrongFixture() {
    net->register_module("noise", std::make_shared<GaussianNoise>(0));
    step.net = net;
    step.x = images(kLabeled, 1);
    step.y = at::arange(static_cast<int64_t>(kLabeled)) + 1;
    step.unlabeled_views = {{"weak", images(kUnlabeled, 3)}, {"strong", images(kUnlabeled, 5)}};
  }

  by_hand::Net hand() const {
    return {kInputs, kHidden, kClasses, by_hand::values(net->w1), by_hand::values(net->w2)};
  }
  const Tensor& weak() { return step.unlabeled_views.at("weak"); }
  const Tensor& strong() { return step.unlabeled_views.at("strong"); }

  /// Probabilities of each image, by that network.
  static std::vector<Vector> probabilities(const by_hand::Net& net, const Tensor& images) {
    const auto x = by_hand::values(images);
    std::vector<Vector> all;
    for (size_t i = 0; i < x.size() / net.inputs; ++i)
      all.push_back(net.probabilities(&x[i * net.inputs]));
    return all;
  }
  static size_t best(const Vector& p) {
    return static_cast<size_t>(std::max_element(p.begin(), p.end()) - p.begin());
  }
  static double surest(const Vector& p) { return *std::max_element(p.begin(), p.end()); }
  double hand_cross_entropy(const by_hand::Net& n) {
    return by_hand::cross_entropy(n, by_hand::values(step.x), {1, 2});
  }

  /// The first update's gradients are those of `loss`, in which what weak views say is a constant
  /// of the network before the step.
  void expect_gradient_of(const by_hand::Net& before,
                          const std::function<double(const by_hand::Net&)>& loss) {
    const auto of_w1 = [&](const Vector& w) {
      return loss({kInputs, kHidden, kClasses, w, before.w2});
    };
    const auto of_w2 = [&](const Vector& w) {
      return loss({kInputs, kHidden, kClasses, before.w1, w});
    };
    expect_near(by_hand::values(step.updates.at(0).gradients[0]),
                by_hand::gradient(of_w1, before.w1));
    expect_near(by_hand::values(step.updates.at(0).gradients[1]),
                by_hand::gradient(of_w2, before.w2));
  }

  /// Three passes of their own: the weak one without noise and gradient, and recorded.
  void expect_the_weak_pass_alone_recorded_and_constant() {
    ASSERT_EQ(net->passes.size(), 3U);
    for (const auto& pass : net->passes) {
      const bool is_weak = at::equal(pass.input, weak());
      EXPECT_EQ(pass.scopes.tracked, is_weak);
      EXPECT_EQ(pass.gradient, !is_weak);
      EXPECT_EQ(pass.noise, !is_weak);
      EXPECT_EQ(pass.scopes.noise, "");
    }
  }
  void expect_inputs_left_alone() {
    for (const auto& tensor : {step.x, weak(), strong()}) {
      EXPECT_EQ(tensor._version(), 0);
      EXPECT_FALSE(tensor.requires_grad());
    }
  }

  const Task task = small_task(1000);
  Scopes scopes;
  std::shared_ptr<SpyNet> net = std::make_shared<SpyNet>(kInputs, kHidden, kClasses, scopes);
  ScriptedBuild build{task, net};
  ScriptedStep step{scopes};

 private:
  static void expect_near(const Vector& found, const Vector& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << i;
  }
};

}  // namespace sslhost::testing
