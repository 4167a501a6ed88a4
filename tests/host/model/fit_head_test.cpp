// SPDX-License-Identifier: Apache-2.0
#include "host/model/fit_head.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/nn/networks.hpp"

namespace sslhost::host {
namespace {

struct Heaps {
  Tensor x, y;
};

/// Three classes around far means, on top of a large common one.
Heaps heaps(int64_t samples, int64_t width) {
  at::manual_seed(3);
  const auto y = at::arange(samples).remainder(3);
  const auto means = at::randn({3, width});
  return {10 + means.index_select(0, y) + 0.5 * at::randn({samples, width}), y};
}

TEST(FitLinearHead, SeparatesAndIsSureOfIt) {
  const auto [x, y] = heaps(60, 40);
  const auto [weight, bias] = fit_linear_head(x, y, 3);
  const auto p = (x.mm(weight.t()) + bias).softmax(1);
  EXPECT_TRUE(at::equal(p.argmax(1), y));
  EXPECT_GT(std::get<0>(p.max(1)).mean().item<double>(), 0.6);
}

TEST(FitLinearHead, IsWhereTheGradientVanishes) {
  const auto [x, y] = heaps(30, 10);
  const auto [weight, bias] = fit_linear_head(x.to(at::kDouble), y, 3);
  const auto centered = x.to(at::kDouble) - x.to(at::kDouble).mean(0);
  const auto rms = centered.square().mean().sqrt();
  const auto z = centered / rms, w = weight * rms;  // in which λ = 100 is meant
  const auto one_hot = y.unsqueeze(1).eq(at::arange(3)).to(at::kDouble);
  const auto wrong = (x.to(at::kDouble).mm(weight.t()) + bias).softmax(1) - one_hot;
  EXPECT_LT((wrong.t().mm(z) + 100 * w).abs().max().item<double>(), 1e-6);
  EXPECT_LT(wrong.sum(0).abs().max().item<double>(), 1e-6);
}

TEST(FitHead, ChangesTheLastLayerAloneAndLeavesFlagsAsTheyWere) {
  const auto [x, y] = heaps(48, 12);
  const Task task{.classes = 3, .channels = 12, .height = 1, .width = 1};
  const auto network = make_backbone("mlp-8", task, {}, 1);
  NamedTensors before;
  for (const auto& [name, tensor] : network->named_parameters())
    before.emplace_back(name, tensor.detach().clone());
  const ResidentPool pool = {SampleStorage::on(c10::kCPU, x.view({48, 12, 1, 1}), {}),
                             at::arange(48), y, Scale(1, {}, {}, 12, c10::kCPU)};
  EXPECT_EQ(fit_head(*network, "head", pool), 48);
  EXPECT_TRUE(network->is_training());
  const auto after = network->named_parameters();
  for (size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(at::equal(before[i].second, after[i].second), !before[i].first.starts_with("head."))
        << before[i].first;
  EXPECT_EQ(fit_head(*network, "fc", pool), 0) << "no layer of that name";
}

}  // namespace
}  // namespace sslhost::host
