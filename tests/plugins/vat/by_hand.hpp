// SPDX-License-Identifier: Apache-2.0
#pragma once

// VAT's equations once more, as loops over doubles without LibTorch's operators.

#include <cmath>
#include <utility>

#include "tests/plugins/support/by_hand.hpp"

namespace sslhost::testing::by_hand {

/// KL(p(x) ‖ p(x + r)) averaged over samples; p of one network, q of another, so that either can be
/// held constant.
inline double divergence(const Net& p_net, const Net& q_net, const Vector& x, const Vector& r) {
  const size_t samples = x.size() / p_net.inputs;
  double sum = 0;
  for (size_t n = 0; n < samples; ++n) {
    Vector moved(p_net.inputs);
    for (size_t i = 0; i < p_net.inputs; ++i)
      moved[i] = x[n * p_net.inputs + i] + r[n * p_net.inputs + i];
    const auto p = p_net.probabilities(&x[n * p_net.inputs]), q = q_net.probabilities(moved.data());
    for (size_t k = 0; k < p.size(); ++k) sum += p[k] * std::log(p[k] / q[k]);
  }
  return sum / static_cast<double>(samples);
}

/// H(Y|X): the entropy of single predictions, averaged over samples.
inline double entropy(const Net& net, const Vector& x) {
  const size_t samples = x.size() / net.inputs;
  double sum = 0;
  for (size_t n = 0; n < samples; ++n)
    for (const double p : net.probabilities(&x[n * net.inputs])) sum -= p * std::log(p);
  return sum / static_cast<double>(samples);
}

/// Each sample divided by its norm.
inline Vector unit(Vector v, size_t inputs) {
  for (size_t n = 0; n < v.size() / inputs; ++n) {
    double square = 0;
    for (size_t i = 0; i < inputs; ++i) square += v[n * inputs + i] * v[n * inputs + i];
    for (size_t i = 0; i < inputs; ++i) v[n * inputs + i] /= std::sqrt(square);
  }
  return v;
}

/// Algorithm 1 of the paper: the unit vectors that r_adv is along.
inline Vector direction(const Net& net, const Vector& u, Vector d, double xi, int iterations) {
  d = unit(std::move(d), net.inputs);
  for (int k = 0; k < iterations; ++k) {
    const auto along = [&](const Vector& candidate) {
      Vector r = candidate;
      for (auto& value : r) value *= xi;
      return divergence(net, net, u, r);
    };
    d = unit(gradient(along, d), net.inputs);
  }
  return d;
}

}  // namespace sslhost::testing::by_hand
