// SPDX-License-Identifier: Apache-2.0
#pragma once

// Gradients against central differences, in float64.

#include <functional>

#include <gtest/gtest.h>

#include <torch/csrc/autograd/autograd.h>

#include "sslhost/types.hpp"

namespace sslhost::testing {

inline void expect_gradient(const std::function<Tensor(const Tensor&)>& f, const Tensor& at,
                            double step, double tolerance) {
  auto x = at.detach().clone().requires_grad_();
  const auto gradient = torch::autograd::grad({f(x)}, {x})[0];
  auto probe = at.detach().clone();
  double* values = probe.data_ptr<double>();
  for (int64_t i = 0; i < probe.numel(); ++i) {
    const double middle = values[i];
    values[i] = middle + step;
    const double up = f(probe).item<double>();
    values[i] = middle - step;
    const double down = f(probe).item<double>();
    values[i] = middle;
    EXPECT_NEAR(gradient.flatten()[i].item<double>(), (up - down) / (2 * step), tolerance)
        << "element " << i;
  }
}

}  // namespace sslhost::testing
