// SPDX-License-Identifier: Apache-2.0
// Draws on a CUDA card.

#include <torch/library.h>

#include "sdk/src/kernels/cuda/draws.hpp"
#include "sdk/src/kernels/cuda/on_card.hpp"
#include "sdk/src/training/draw_arguments.hpp"

namespace sslhost::random {

namespace {

void normal_on_card(const Tensor& out, const Iteration& iteration, int64_t start,
                    IntArrayRef mixes) {
  const auto parts = parts_of(out, iteration, start, mixes);
  cuda::on_card(out, [&](float* values, auto stream) {
    cuda::draw_normal(values, out.numel(), stream, parts);
  });
}

void uniform_on_card(const Tensor& out, const Iteration& iteration, int64_t start,
                     IntArrayRef mixes) {
  const auto parts = parts_of(out, iteration, start, mixes);
  cuda::on_card(out, [&](float* values, auto stream) {
    cuda::draw_uniform(values, out.numel(), stream, parts);
  });
}

void choice_on_card(const Tensor& out, const Iteration& iteration, int64_t start, IntArrayRef mixes,
                    double p, double chosen, double other) {
  const auto parts = parts_of(out, iteration, start, mixes);
  cuda::on_card(out, [&](float* values, auto stream) {
    cuda::draw_choice(values, out.numel(), stream, parts, static_cast<float>(p),
                      static_cast<float>(chosen), static_cast<float>(other));
  });
}

void beta_on_card(const Tensor& out, const Iteration& iteration, int64_t start, IntArrayRef mixes,
                  double a, double b) {
  const auto parts = parts_of(out, iteration, start, mixes);
  cuda::on_card(out, [&](float* values, auto stream) {
    cuda::draw_beta(values, out.numel(), stream, parts, static_cast<float>(a),
                    static_cast<float>(b));
  });
}

}  // namespace

TORCH_LIBRARY_IMPL(sslhost, CUDA, library) {
  library.impl("draw_normal_", normal_on_card);
  library.impl("draw_uniform_", uniform_on_card);
  library.impl("draw_choice_", choice_on_card);
  library.impl("draw_beta_", beta_on_card);
}

}  // namespace sslhost::random
