// SPDX-License-Identifier: Apache-2.0
#pragma once

// Batch norm (S. Ioffe, C. Szegedy, arXiv:1502.03167v3, algorithm 1) with a leaky ReLU behind it,
// for one number of one channel, for both compilers: a CPU's loops and a CUDA card's kernels.

#include "sdk/src/base/functions.hpp"

namespace sslhost::norms {

/// What a channel's numbers are multiplied by, and what is added then.
struct Line {
  float scale, shift;
};

SSLHOST_BOTH float inverse_deviation(float var, float epsilon) { return 1 / sqrtf(var + epsilon); }

SSLHOST_BOTH Line line_of(float mean, float var, float epsilon, float weight, float bias) {
  const float scale = weight * inverse_deviation(var, epsilon);
  return {scale, bias - mean * scale};
}

/// y = leaky(scale · x + shift); a slope of 0 is ReLU, one of 1 nothing. What is no number stays
/// none, and 0 has no sign.
SSLHOST_BOTH float normalized(float x, const Line& line, float slope) {
  const float value = x * line.scale + line.shift;
  return value > 0 ? value : value * slope + 0.0F;
}

/// Of g = ∂L/∂y that behind the leaky ReLU.
SSLHOST_BOTH float passed(float g, float y, float slope) { return y > 0 ? g : g * slope; }

/// ∂L/∂x = scale (g' − (Σg' + x̂ Σg'x̂) / N), with x̂ = (x − mean) / σ: what its channel has of it.
struct Back {
  float mean, scale, offset, factor;
};

SSLHOST_BOTH Back back_of(float mean, float var, float epsilon, float weight, float sum,
                          float product, float rows) {
  const float inverse = inverse_deviation(var, epsilon), scale = weight * inverse;
  return {mean, scale, scale * (sum / rows), scale * (inverse * inverse) * (product / rows)};
}

SSLHOST_BOTH float gradient(float passed, float x, const Back& back) {
  return back.scale * passed - (back.offset + back.factor * (x - back.mean));
}

/// Mean and Σ(x − mean)² of so many numbers.
struct Moments {
  float count, mean, squares;
};

/// Of both together (T. Chan, G. Golub, R. LeVeque, "Updating Formulae and a Pairwise Algorithm for
/// Computing Sample Variances", 1979).
SSLHOST_BOTH Moments merged(const Moments& a, const Moments& b) {
  if (b.count == 0) return a;
  if (a.count == 0) return b;
  const float count = a.count + b.count, apart = b.mean - a.mean, share = b.count / count;
  return {count, a.mean + apart * share, a.squares + b.squares + apart * apart * (a.count * share)};
}

/// Of a running value, after a batch that found `batch`.
SSLHOST_BOTH float moved(float running, float batch, float momentum) {
  return running + momentum * (batch - running);
}

}  // namespace sslhost::norms
