// SPDX-License-Identifier: Apache-2.0
// Losses row by row as operators of LibTorch, without derivatives (row_functions.hpp has those):
// contiguous float32 logits [N,K], results [N] and [N,K].

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

#include "sslhost/types.hpp"

#include "sdk/src/kernels/cuda/on_card.hpp"
#include "sdk/src/kernels/cuda/rows.hpp"
#include "sdk/src/training/row_loops.hpp"

namespace sslhost::rows {

namespace {

void require(const Tensor& z) {
  TORCH_CHECK(z.scalar_type() == at::kFloat && z.dim() == 2 && z.is_contiguous() && z.size(1) > 0,
              "expected contiguous float32 logits [N,K], found ", z.sizes());
}

cuda::Logits logits_of(const Tensor& p, const Tensor& q) {
  require(p);
  require(q);
  TORCH_CHECK(p.sizes() == q.sizes() && p.device() == q.device());
  return {p.const_data_ptr<float>(), q.const_data_ptr<float>(), p.size(0), p.size(1)};
}

/// One g for all rows has a step of 0.
int64_t step_of(const Tensor& g, const Tensor& z) {
  TORCH_CHECK(g.dim() == 1 && g.size(0) == z.size(0) && g.scalar_type() == at::kFloat &&
                  g.device() == z.device(),
              "expected a gradient [N] float32, found ", g.sizes());
  return g.numel() > 1 ? g.stride(0) : 0;
}

// ---- on a CPU

/// loop(begin, end) over rows, on all threads.
template <class Loop>
void on_threads(const cuda::Logits& z, Loop loop) {
  at::parallel_for(0, z.rows, std::max<int64_t>(1, 2048 / z.classes), loop);
}

Tensor kl_on_cpu(const Tensor& p, const Tensor& q) {
  const auto z = logits_of(p, q);
  const auto out = at::empty({z.rows}, p.options());
  auto* to = out.mutable_data_ptr<float>();
  on_threads(z,
             [&](int64_t begin, int64_t end) { loops::kl(z.p, z.q, z.classes, begin, end, to); });
  return out;
}

Tensor entropy_on_cpu(const Tensor& p) {
  const auto z = logits_of(p, p);
  const auto out = at::empty({z.rows}, p.options());
  auto* to = out.mutable_data_ptr<float>();
  on_threads(z,
             [&](int64_t begin, int64_t end) { loops::entropy(z.p, z.classes, begin, end, to); });
  return out;
}

using KlGradient = void (*)(const float*, const float*, int64_t, int64_t, int64_t, const float*,
                            int64_t, float*);
template <KlGradient loop>
Tensor kl_gradient_on_cpu(const Tensor& g, const Tensor& p, const Tensor& q) {
  const auto z = logits_of(p, q);
  const auto out = at::empty_like(p);
  const auto step = step_of(g, p);
  const auto* of = g.const_data_ptr<float>();
  auto* to = out.mutable_data_ptr<float>();
  on_threads(
      z, [&](int64_t begin, int64_t end) { loop(z.p, z.q, z.classes, begin, end, of, step, to); });
  return out;
}

Tensor entropy_gradient_on_cpu(const Tensor& g, const Tensor& p) {
  const auto z = logits_of(p, p);
  const auto out = at::empty_like(p);
  const auto step = step_of(g, p);
  const auto* of = g.const_data_ptr<float>();
  auto* to = out.mutable_data_ptr<float>();
  on_threads(z, [&](int64_t begin, int64_t end) {
    loops::entropy_gradient(z.p, z.classes, begin, end, of, step, to);
  });
  return out;
}

Tensor unit_norm_on_cpu(const Tensor& x) {
  require(x);
  const auto out = at::empty_like(x);
  const auto* from = x.const_data_ptr<float>();
  auto* to = out.mutable_data_ptr<float>();
  const int64_t width = x.size(1);
  at::parallel_for(
      0, x.size(0), std::max<int64_t>(1, (1 << 15) / width),
      [&](int64_t begin, int64_t end) { loops::unit_norm(from, width, begin, end, to); });
  return out;
}

// ---- on a CUDA card

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

using Launch = void (*)(const cuda::Logits&, const float*, int64_t, float*, cudaStream_t);
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

TORCH_LIBRARY_FRAGMENT(sslhost, library) {
  library.def("kl_rows(Tensor p, Tensor q) -> Tensor");
  library.def("kl_rows_gradient_of_p(Tensor g, Tensor p, Tensor q) -> Tensor");
  library.def("kl_rows_gradient_of_q(Tensor g, Tensor p, Tensor q) -> Tensor");
  library.def("entropy_rows(Tensor z) -> Tensor");
  library.def("entropy_rows_gradient(Tensor g, Tensor z) -> Tensor");
  library.def("unit_norm_rows(Tensor x) -> Tensor");
}

TORCH_LIBRARY_IMPL(sslhost, CPU, library) {
  library.impl("kl_rows", kl_on_cpu);
  library.impl("kl_rows_gradient_of_p", kl_gradient_on_cpu<loops::kl_gradient_of_p>);
  library.impl("kl_rows_gradient_of_q", kl_gradient_on_cpu<loops::kl_gradient_of_q>);
  library.impl("entropy_rows", entropy_on_cpu);
  library.impl("entropy_rows_gradient", entropy_gradient_on_cpu);
  library.impl("unit_norm_rows", unit_norm_on_cpu);
}

TORCH_LIBRARY_IMPL(sslhost, CUDA, library) {
  library.impl("kl_rows", kl_on_card);
  library.impl("kl_rows_gradient_of_p", kl_gradient_on_card<cuda::kl_rows_gradient_of_p>);
  library.impl("kl_rows_gradient_of_q", kl_gradient_on_card<cuda::kl_rows_gradient_of_q>);
  library.impl("entropy_rows", entropy_on_card);
  library.impl("entropy_rows_gradient", entropy_gradient_on_card);
  library.impl("unit_norm_rows", unit_norm_on_card);
}

}  // namespace sslhost::rows
