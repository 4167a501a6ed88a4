// SPDX-License-Identifier: Apache-2.0
// Losses row by row on a CUDA card.

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/library.h>

#include "sdk/src/kernels/cuda/on_card.hpp"
#include "sdk/src/kernels/cuda/rows.hpp"
#include "sdk/src/training/row_arguments.hpp"

namespace sslhost::rows {

namespace {

Tensor kl_on_card(const Tensor& p, const Tensor& q) {
  const auto z = logits_of(p, q);
  return cuda::on_card(at::empty({z.rows}, p.options()),
                       [&](float* out, auto stream) { cuda::kl_rows(z, out, stream); });
}

Tensor entropy_on_card(const Tensor& p) {
  const auto z = logits_of(p, p);
  return cuda::on_card(at::empty({z.rows}, p.options()),
                       [&](float* out, auto stream) { cuda::entropy_rows(z, out, stream); });
}

using Launch = void (*)(const Logits&, const float*, int64_t, float*, cudaStream_t);
template <Launch launch>
Tensor kl_gradient_on_card(const Tensor& g, const Tensor& p, const Tensor& q) {
  const auto z = logits_of(p, q);
  const auto step = step_of(g, p);
  return cuda::on_card(at::empty_like(p), [&](float* out, auto stream) {
    launch(z, g.const_data_ptr<float>(), step, out, stream);
  });
}

Tensor entropy_gradient_on_card(const Tensor& g, const Tensor& p) {
  const auto z = logits_of(p, p);
  const auto step = step_of(g, p);
  return cuda::on_card(at::empty_like(p), [&](float* out, auto stream) {
    cuda::entropy_rows_gradient(z, g.const_data_ptr<float>(), step, out, stream);
  });
}

Tensor unit_norm_on_card(const Tensor& x) {
  require(x);
  return cuda::on_card(at::empty_like(x), [&](float* out, auto stream) {
    cuda::unit_norm_rows(x.const_data_ptr<float>(), x.size(0), x.size(1), out, stream);
  });
}

}  // namespace

TORCH_LIBRARY_IMPL(sslhost, CUDA, library) {
  library.impl("kl_rows", kl_on_card);
  library.impl("kl_rows_gradient_of_p", kl_gradient_on_card<cuda::kl_rows_gradient_of_p>);
  library.impl("kl_rows_gradient_of_q", kl_gradient_on_card<cuda::kl_rows_gradient_of_q>);
  library.impl("entropy_rows", entropy_on_card);
  library.impl("entropy_rows_gradient", entropy_gradient_on_card);
  library.impl("unit_norm_rows", unit_norm_on_card);
}

}  // namespace sslhost::rows
