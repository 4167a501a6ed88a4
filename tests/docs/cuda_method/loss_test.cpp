// SPDX-License-Identifier: Apache-2.0
// The body against LibTorch's operators in float64.
#include <cstdio>

#include "sslhost/testing.hpp"
#include "sslhost/training/gradients.hpp"

#include "confident.cpp"

int main() {
  const auto logits = (3 * random::normal({40, 5}, 1, c10::kCPU)).requires_grad_();
  const auto loss = confident_loss(logits, 0.8);
  const auto gradient = gradients(loss, {logits})[0];

  const auto exact = logits.detach().to(at::kDouble).requires_grad_();
  const auto [probability, label] = exact.detach().softmax(1).max(1);
  const auto sure = (probability >= 0.8).to(at::kDouble);
  const auto expected = (sure * cross_entropy(exact, label, Reduction::none)).mean();
  const auto expected_gradient = gradients(expected, {exact})[0];

  const auto off = (loss - expected).abs().item().toDouble();
  const auto gradient_off = (gradient - expected_gradient).abs().max().item().toDouble();
  std::printf("loss differs by %g, gradient by %g; %g of 40 rows are sure\n", off, gradient_off,
              sure.sum().item().toDouble());
  return off < 1e-6 && gradient_off < 1e-6 ? 0 : 1;
}
