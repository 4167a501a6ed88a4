// SPDX-License-Identifier: Apache-2.0
#include "host/model/fit_head.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include "host/model/evaluation_mode.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kMost = 2000;  // samples
constexpr int64_t kPiece = 32;
/// linear-probe's, for a thousand features and a few dozen labels.
constexpr double kPenalty = 100;
constexpr int kSteps = 500;

Tensor features_of(Backbone& network, const ResidentPool& pool, int64_t count) {
  const auto scope = evaluation_scope(network);
  std::vector<Tensor> pieces;
  for (int64_t first = 0; first < count; first += kPiece) {
    const auto rows = pool.rows.narrow(0, first, std::min(kPiece, count - first));
    pieces.push_back(network.features(gather(pool.data, rows, pool.scale)));
  }
  return at::cat(pieces);
}

}  // namespace

LinearHead fit_linear_head(const Tensor& features, const Tensor& labels, int64_t classes) {
  const auto mean = features.mean(0, true);
  auto x = features - mean;
  const auto rms = x.square().mean().sqrt().clamp_min(1e-12);
  x = x / rms;
  const auto one_hot = labels.unsqueeze(1).eq(at::arange(classes, labels.options())).to(x.dtype());
  auto weight = at::zeros({classes, x.size(1)}, x.options()), ahead = weight;
  auto bias = at::zeros({classes}, x.options()), bias_ahead = bias;
  // Nesterov's method for a strongly convex function; ½ bounds the curvature of cross entropy.
  const double count = static_cast<double>(x.size(0));
  const double steepest = 0.5 * count * static_cast<double>(x.size(1)) + kPenalty;
  const double root = std::sqrt(kPenalty / steepest), momentum = (1 - root) / (1 + root);
  for (int i = 0; i < kSteps; ++i) {
    const auto wrong = (x.mm(ahead.t()) + bias_ahead).softmax(1) - one_hot;  // [N,K]
    const auto next = ahead - (wrong.t().mm(x) + kPenalty * ahead) / steepest;
    const auto next_bias = bias_ahead - wrong.mean(0);
    ahead = next + momentum * (next - weight);
    bias_ahead = next_bias;
    weight = next;
    bias = next_bias;
  }
  weight = weight / rms;
  return {weight, bias - weight.mv(mean.squeeze(0))};
}

int64_t fit_head(Backbone& network, const std::string& head, const ResidentPool& labeled) {
  const at::NoGradGuard constant;
  Tensor weight, bias;
  for (const auto& [name, tensor] : network.named_parameters()) {
    if (name == head + ".weight") weight = tensor;
    if (name == head + ".bias") bias = tensor;
  }
  const auto count = std::min(kMost, labeled.size());
  if (!weight.defined() || !bias.defined() || weight.dim() != 2 || count == 0) return 0;
  const auto fitted = fit_linear_head(features_of(network, labeled, count),
                                      labeled.labels.narrow(0, 0, count), weight.size(0));
  weight.copy_(fitted.weight);
  bias.copy_(fitted.bias);
  return count;
}

}  // namespace sslhost::host
