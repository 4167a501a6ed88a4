// SPDX-License-Identifier: Apache-2.0
#pragma once

// The losses of the semi-supervised GAN once more, in terms of D = Z / (Z + 1) as the paper has
// them, as loops over doubles.

#include <cmath>
#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::testing::gan_by_hand {

using Vector = std::vector<double>;

inline Vector values(const Tensor& t) {
  const auto flat = t.detach().contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

struct Net {
  size_t inputs, hidden, classes;
  Vector w1, w2;

  size_t samples(const Vector& x) const { return x.size() / inputs; }

  Vector features(const Vector& x, size_t n) const {
    Vector h(hidden);
    for (size_t j = 0; j < hidden; ++j) {
      for (size_t i = 0; i < inputs; ++i) h[j] += w1[j * inputs + i] * x[n * inputs + i];
      h[j] = std::tanh(h[j]);
    }
    return h;
  }
  /// exp of the K logits.
  Vector evidence(const Vector& x, size_t n) const {
    const auto h = features(x, n);
    Vector e(classes);
    for (size_t k = 0; k < classes; ++k) {
      double logit = 0;
      for (size_t j = 0; j < hidden; ++j) logit += w2[k * hidden + j] * h[j];
      e[k] = std::exp(logit);
    }
    return e;
  }
  double sum_of_evidence(const Vector& x, size_t n) const {
    double z = 0;
    for (const auto e : evidence(x, n)) z += e;
    return z;
  }
};

/// −½ mean log D
inline double real(const Net& net, const Vector& x) {
  double sum = 0;
  for (size_t n = 0; n < net.samples(x); ++n) {
    const double z = net.sum_of_evidence(x, n);
    sum -= std::log(z / (z + 1));
  }
  return sum / 2 / static_cast<double>(net.samples(x));
}

/// −½ mean log(1 − D)
inline double generated(const Net& net, const Vector& x) {
  double sum = 0;
  for (size_t n = 0; n < net.samples(x); ++n) {
    const double z = net.sum_of_evidence(x, n);
    sum -= std::log(1 - z / (z + 1));
  }
  return sum / 2 / static_cast<double>(net.samples(x));
}

inline double cross_entropy(const Net& net, const Vector& x, const std::vector<size_t>& labels) {
  double sum = 0;
  for (size_t n = 0; n < labels.size(); ++n)
    sum -= std::log(net.evidence(x, n)[labels[n]] / net.sum_of_evidence(x, n));
  return sum / static_cast<double>(labels.size());
}

inline double feature_distance(const Net& net, const Vector& x, const Vector& g) {
  double sum = 0;
  for (size_t j = 0; j < net.hidden; ++j) {
    double difference = 0;
    for (size_t n = 0; n < net.samples(x); ++n)
      difference += net.features(x, n)[j] / static_cast<double>(net.samples(x));
    for (size_t n = 0; n < net.samples(g); ++n)
      difference -= net.features(g, n)[j] / static_cast<double>(net.samples(g));
    sum += difference * difference;
  }
  return sum / static_cast<double>(net.hidden);
}

/// Central differences of fourth order.
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

}  // namespace sslhost::testing::gan_by_hand
