// SPDX-License-Identifier: Apache-2.0
// The operators on a CPU, which is at hand: what a card does without a wait is a branch here.

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <torch/library.h>

#include "host/operators/operators.hpp"
#include "sdk/src/base/widths.hpp"

namespace sslhost::host::operators {

namespace {

SSLHOST_CLONES("arch=x86-64-v4", "avx2")
__attribute__((optimize("O3"))) uint32_t largest_magnitude(const float* values, int64_t n) {
  uint32_t largest = 0;
  for (int64_t i = 0; i < n; ++i)
    largest = std::max(largest, std::bit_cast<uint32_t>(values[i]) & 0x7fffffffU);
  return largest;
}

bool all_finite(const Tensor& t) {
  const auto* values = t.const_data_ptr<float>();
  std::atomic<bool> all = true;
  at::parallel_for(0, t.numel(), 1 << 15, [&](int64_t from, int64_t to) {
    if (largest_magnitude(values + from, to - from) >= 0x7f800000U) all = false;
  });
  return all;
}

bool is_one(const Tensor& flag) { return *flag.const_data_ptr<float>() != 0; }

void note_finite_on_cpu(const Tensor& first, const Tensor& found_inf, at::TensorList values,
                        const Tensor& iteration, int64_t term) {
  // After the first one nothing changes any more, but for a smaller code.
  auto& noted = *first.mutable_data_ptr<int64_t>();
  const auto code = code_of(*iteration.const_data_ptr<int64_t>(), term);
  if (noted >= 0 && noted <= code) return;
  if (std::all_of(values.begin(), values.end(), all_finite)) return;
  noted = code;
  *found_inf.mutable_data_ptr<float>() = 1;
}

void count_steps_on_cpu(at::TensorList steps, const Tensor& found_inf) {
  if (is_one(found_inf)) return;
  for (const auto& tensor : steps) {
    auto* counts = tensor.mutable_data_ptr<float>();
    for (int64_t i = 0; i < tensor.numel(); ++i) counts[i] += 1;
  }
}

void add_to_mean_on_cpu(const Tensor& sums, const Tensor& value) {
  const int64_t n = value.numel();
  TORCH_CHECK(sums.numel() == 2 * n, "sums of ", sums.sizes(), " for ", value.sizes());
  auto* to = sums.mutable_data_ptr<double>();
  const auto* from = value.const_data_ptr<float>();
  for (int64_t i = 0; i < n; ++i) {
    to[i] += from[i];
    to[n + i] += 1;
  }
}

void settle_on_cpu(at::TensorList tensors, at::TensorList remembered, const Tensor& found_inf) {
  const bool bad = is_one(found_inf);
  for (size_t i = 0; i < tensors.size(); ++i) {
    const auto &from = (bad ? remembered : tensors)[i], &to = (bad ? tensors : remembered)[i];
    std::memcpy(to.mutable_data_ptr(), from.const_data_ptr(), from.nbytes());
  }
}

template <class Stored>
void gather_rows(const Tensor& data, const Tensor& rows, float factor, const float* mean,
                 const float* deviation, const Tensor& out) {
  const int64_t plane = data.size(2) * data.size(3), width = data.size(1) * plane;
  const auto* row = rows.const_data_ptr<int64_t>();
  const auto* from = data.const_data_ptr<Stored>();
  auto* to = out.mutable_data_ptr<float>();
  for (int64_t n = 0; n < rows.numel(); ++n)
    for (int64_t i = 0; i < width; ++i)
      to[n * width + i] = shown(from[row[n] * width + i], factor, mean, deviation, i / plane);
}

Tensor gather_on_cpu(const Tensor& data, const Tensor& rows, double factor,
                     const std::optional<Tensor>& mean, const std::optional<Tensor>& std) {
  auto sizes = data.sizes().vec();
  sizes[0] = rows.numel();
  const auto out = at::empty(sizes, data.options().dtype(at::kFloat));
  const auto whole = data.contiguous();
  const auto pointer = [](const auto& t) {
    return t ? t->template const_data_ptr<float>() : nullptr;
  };
  const auto run = [&](auto stored) {
    gather_rows<decltype(stored)>(whole, rows, static_cast<float>(factor), pointer(mean),
                                  pointer(std), out);
  };
  TORCH_CHECK(data.scalar_type() == at::kByte || data.scalar_type() == at::kFloat,
              "gather: expected uint8 or float32 samples, found ", data.scalar_type());
  data.scalar_type() == at::kByte ? run(uint8_t{}) : run(float{});
  return out;
}

}  // namespace

TORCH_LIBRARY_IMPL(sslhost, CPU, library) {
  library.impl("note_finite_", note_finite_on_cpu);
  library.impl("count_steps_", count_steps_on_cpu);
  library.impl("add_to_mean_", add_to_mean_on_cpu);
  library.impl("settle_", settle_on_cpu);
  library.impl("gather", gather_on_cpu);
}

}  // namespace sslhost::host::operators
