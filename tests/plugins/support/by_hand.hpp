// SPDX-License-Identifier: Apache-2.0
#pragma once

// SpyNet once more, as loops over doubles without LibTorch's operators, and what methods share.

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

inline double cross_entropy(const Net& net, const Vector& x, const std::vector<int64_t>& labels) {
  double sum = 0;
  for (size_t n = 0; n < labels.size(); ++n)
    sum -= std::log(net.probabilities(&x[n * net.inputs])[static_cast<size_t>(labels[n])]);
  return sum / static_cast<double>(labels.size());
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

}  // namespace sslhost::testing::by_hand
