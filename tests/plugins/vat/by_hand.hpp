// SPDX-License-Identifier: Apache-2.0
#pragma once

// SpyNet and VAT's equations once more, as loops over doubles without LibTorch's operators.

#include <cmath>
#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::testing::by_hand {

using Vector = std::vector<double>;

inline Vector values(const Tensor& t) {
  const auto flat = t.detach().contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

struct Net {
  size_t inputs, hidden, classes;
  Vector w1, w2;

  /// Class probabilities of one sample.
  Vector probabilities(const double* x) const {
    Vector h(hidden), p(classes);
    for (size_t j = 0; j < hidden; ++j) {
      for (size_t i = 0; i < inputs; ++i) h[j] += w1[j * inputs + i] * x[i];
      h[j] = std::tanh(h[j]);
    }
    double sum = 0;
    for (size_t k = 0; k < classes; ++k) {
      for (size_t j = 0; j < hidden; ++j) p[k] += w2[k * hidden + j] * h[j];
      sum += p[k] = std::exp(p[k]);
    }
    for (auto& value : p) value /= sum;
    return p;
  }
};

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

inline double cross_entropy(const Net& net, const Vector& x, const std::vector<int64_t>& labels) {
  double sum = 0;
  for (size_t n = 0; n < labels.size(); ++n)
    sum -= std::log(net.probabilities(&x[n * net.inputs])[static_cast<size_t>(labels[n])]);
  return sum / static_cast<double>(labels.size());
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

/// Central differences of f at v, of fourth order.
template <class F>
Vector gradient(const F& f, Vector v) {
  constexpr double kStep = 1e-3;
  Vector g(v.size());
  for (size_t i = 0; i < v.size(); ++i) {
    const double middle = v[i];
    const auto at = [&](double steps) {
      v[i] = middle + steps * kStep;
      return f(v);
    };
    g[i] = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * kStep);
    v[i] = middle;
  }
  return g;
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
