// SPDX-License-Identifier: Apache-2.0
// The products of matrices in one iteration of R1 (VAT, 784-1200-1200-10, batches of 100 and 250),
// with the kernels that linear layers take here, beside what the cores can do.
//   products_bench [ITERATIONS]     one line of JSON, medians
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/randn.h>

#include "sdk/src/kernels/dispatch.hpp"
#include "sdk/src/kernels/matmul.hpp"

namespace sslhost {
namespace {

struct Layer {
  explicit Layer(int64_t rows, int64_t in, int64_t out)
      : x(at::randn({rows, in})), w(at::randn({out, in})), g(at::randn({rows, out})) {}
  void forward() const { ours ? products::forward(*ours, x, w, {}) : at::linear(x, w); }
  void to_input() const { ours ? products::input_gradient(*ours, g, w) : g.mm(w); }
  void to_weight() const { ours ? products::weight_gradient(*ours, g, x) : g.t().mm(x); }
  double operations() const { return 2.0 * x.numel() * w.size(0); }

  Tensor x, w, g;
  const vectors::Path* ours = kernels::ours().linear;
};

using Network = std::vector<Layer>;

Network network(int64_t rows) {
  return {Layer(rows, 784, 1200), Layer(rows, 1200, 1200), Layer(rows, 1200, 10)};
}

/// Cross entropy on 100; then on 250 the prediction, the power step and VAT's loss. Floating-point
/// operations of them.
double iteration(const Network& labeled, const Network& unlabeled) {
  double operations = 0;
  const auto done = [&](const Layer& layer) { operations += layer.operations(); };
  const auto forward = [&](const Network& all) {
    for (const auto& layer : all) layer.forward(), done(layer);
  };
  const auto backward = [&](const Network& all, bool weights, bool input) {
    for (size_t i = all.size(); i-- > 0;) {
      if (weights) all[i].to_weight(), done(all[i]);
      if (input || i > 0) all[i].to_input(), done(all[i]);
    }
  };
  forward(labeled), backward(labeled, true, false);
  forward(unlabeled);
  forward(unlabeled), backward(unlabeled, false, true);
  forward(unlabeled), backward(unlabeled, true, false);
  return operations;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

constexpr int kSums = 10;  // in flight; a processor needs 8 to 10 for two every 4 or 5 cycles
constexpr int kTurns = 400'000;

/// Nothing but multiply-adds; the sums stay in registers.
template <int Count>
[[gnu::always_inline]] inline void multiply_add() {
  using Vector [[gnu::vector_size(4 * Count)]] = float;
  const Vector factor = Vector{} + 0.999F;
  Vector sums[kSums] = {};
  for (int turn = 0; turn < kTurns; ++turn) {
#pragma GCC unroll 10
    for (int i = 0; i < kSums; ++i) {
      sums[i] = sums[i] * factor + factor;
      asm volatile("" : "+x"(sums[i]));
    }
  }
}
__attribute__((target("avx512f"))) void wide() { multiply_add<16>(); }
__attribute__((target("avx2,fma"))) void half() { multiply_add<8>(); }

/// Floating-point operations a second of all threads, the best of 20.
double peak(const vectors::Path& path) {
  double best = 0;
  const int threads = at::get_num_threads();
  for (int round = 0; round < 20; ++round) {
    const double start = seconds();
    at::parallel_for(0, threads, 1, [&](int64_t begin, int64_t end) {
      for (; begin < end; ++begin) path.lanes == vectors::kAvx512.lanes ? wide() : half();
    });
    best = std::max(best, 2.0 * path.lanes * kSums * kTurns * threads / (seconds() - start));
  }
  return best;
}

}  // namespace
}  // namespace sslhost

int main(int argc, char** argv) {
  using namespace sslhost;
  const int count = argc > 1 ? std::atoi(argv[1]) : 40;
  const auto labeled = network(100), unlabeled = network(250);
  double operations = iteration(labeled, unlabeled);
  std::vector<double> times;
  for (int i = 0; i < count; ++i) {
    const double start = seconds();
    operations = iteration(labeled, unlabeled);
    times.push_back(seconds() - start);
  }
  std::ranges::sort(times);
  const double median = times[times.size() / 2];
  const auto* widest = kernels::ours().convolutions;  // the one that SSLHOST_KERNELS allows
  std::cout << "{\"milliseconds\": " << 1e3 * median
            << ", \"gflops\": " << 1e-9 * operations / median
            << ", \"peak\": " << (widest ? 1e-9 * peak(*widest) : 0) << "}\n";
}
