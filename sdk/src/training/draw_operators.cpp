// SPDX-License-Identifier: Apache-2.0
// Draws as operators of LibTorch: `out` is filled. A key is its start, the iteration ([] int64 on
// out's device, or none) and what is mixed in after it. Those of a card: sdk/src/cards.

#include <algorithm>

#include <ATen/Parallel.h>
#include <torch/library.h>

#include "sslhost/types.hpp"

#include "sdk/src/training/draw_arguments.hpp"
#include "sdk/src/training/draw_loops.hpp"

namespace sslhost::random {

namespace {

/// loop(out, first, blocks, key) over blocks of four elements, on all threads.
template <class Loop>
void on_threads(const Tensor& out, const draws::KeyParts& parts, Loop loop) {
  const uint64_t key = draws::value_of(parts);
  float* values = out.mutable_data_ptr<float>();
  const int64_t count = out.numel(), whole = count / 4;
  at::parallel_for(0, whole, 1 << 12, [&](int64_t begin, int64_t end) {
    loop(values + 4 * begin, static_cast<uint64_t>(begin), end - begin, key);
  });
  if (count % 4 == 0) return;
  float last[4];
  loop(last, static_cast<uint64_t>(whole), 1, key);
  std::copy_n(last, count % 4, values + 4 * whole);
}

void normal_on_cpu(const Tensor& out, const Iteration& iteration, int64_t start,
                   IntArrayRef mixes) {
  on_threads(out, parts_of(out, iteration, start, mixes), draw_loops::normal);
}

void uniform_on_cpu(const Tensor& out, const Iteration& iteration, int64_t start,
                    IntArrayRef mixes) {
  on_threads(out, parts_of(out, iteration, start, mixes), draw_loops::uniform);
}

void choice_on_cpu(const Tensor& out, const Iteration& iteration, int64_t start, IntArrayRef mixes,
                   double p, double chosen, double other) {
  on_threads(out, parts_of(out, iteration, start, mixes),
             [&](float* values, uint64_t first, int64_t blocks, uint64_t key) {
               draw_loops::choice(values, first, blocks, key, static_cast<float>(p),
                                  static_cast<float>(chosen), static_cast<float>(other));
             });
}

void beta_on_cpu(const Tensor& out, const Iteration& iteration, int64_t start, IntArrayRef mixes,
                 double a, double b) {
  const uint64_t key = draws::value_of(parts_of(out, iteration, start, mixes));
  float* values = out.mutable_data_ptr<float>();
  at::parallel_for(0, out.numel(), 1 << 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      values[i] =
          draws::beta(key, static_cast<uint64_t>(i), static_cast<float>(a), static_cast<float>(b));
  });
}

}  // namespace

TORCH_LIBRARY(sslhost, library) {
  library.def("draw_normal_(Tensor(a!) out, Tensor? iteration, int start, int[] mixes) -> ()");
  library.def("draw_uniform_(Tensor(a!) out, Tensor? iteration, int start, int[] mixes) -> ()");
  library.def(
      "draw_choice_(Tensor(a!) out, Tensor? iteration, int start, int[] mixes, float p, "
      "float chosen, float other) -> ()");
  library.def(
      "draw_beta_(Tensor(a!) out, Tensor? iteration, int start, int[] mixes, float a, float b) "
      "-> ()");
}

TORCH_LIBRARY_IMPL(sslhost, CPU, library) {
  library.impl("draw_normal_", normal_on_cpu);
  library.impl("draw_uniform_", uniform_on_cpu);
  library.impl("draw_choice_", choice_on_cpu);
  library.impl("draw_beta_", beta_on_cpu);
}

}  // namespace sslhost::random
