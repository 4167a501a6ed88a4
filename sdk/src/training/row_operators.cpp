// SPDX-License-Identifier: Apache-2.0
// Losses row by row as operators of LibTorch, without derivatives (row_functions.hpp has those):
// contiguous float32 logits [N,K], results [N] and [N,K]. Those of a card: sdk/src/cards.

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/library.h>

#include "sdk/src/training/row_arguments.hpp"
#include "sdk/src/training/row_loops.hpp"

namespace sslhost::rows {

namespace {

/// loop(begin, end) over rows, on all threads.
template <class Loop>
void on_threads(const Logits& z, Loop loop) {
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

}  // namespace sslhost::rows
