// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/random.hpp"

#include <algorithm>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/Exception.h>

#include "sdk/src/kernels/cuda/draws.hpp"

namespace sslhost::random {

namespace {

/// A generator of this thread, reseeded: a new one for each draw would cost its allocation.
at::Generator reseeded(const Key& key) {
  thread_local at::Generator generator = at::detail::createCPUGenerator();
  generator.set_current_seed(key.value());
  return generator;
}

Tensor empty(IntArrayRef shape, c10::Device device) {
  TORCH_CHECK(device.is_cpu() || device.is_cuda(),
              "draws are made on CPUs and CUDA devices, not on ", device);
  return at::empty(shape, at::dtype(at::kFloat).device(device));
}

draws::KeyParts parts_of(const Key& key) {
  draws::KeyParts parts{key.iteration(), key.start(), {}, key.count()};
  std::copy_n(key.mixes(), key.count(), parts.mixes);
  return parts;
}

/// launch(out, count, key, stream) on the stream that LibTorch works on.
template <class Launch>
Tensor filled_on_card(Tensor out, const Key& key, Launch launch) {
  const c10::cuda::CUDAGuard guard(out.device());
  launch(out.mutable_data_ptr<float>(), out.numel(), parts_of(key),
         c10::cuda::getCurrentCUDAStream().stream());
  return out;
}

/// 32-bit finalizer with low bias (C. Wellons, "lowbias32"); 32-bit products vectorise where 64-bit
/// ones do not.
inline uint32_t scramble(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}

/// Elements [begin, end) of a mask. Compiled for several widths of vector: integers, so every width
/// gives the same bits.
__attribute__((target_clones("arch=x86-64-v4", "avx2", "default"), optimize("O3"))) void fill_mask(
    float* out, int64_t begin, int64_t end, uint32_t low, uint32_t high, uint32_t dropped,
    float kept) {
  for (int64_t i = begin; i < end; ++i) {
    const uint32_t bits = scramble(scramble(static_cast<uint32_t>(i) + low) ^ high);
    out[i] = bits < dropped ? 0.0f : kept;
  }
}

}  // namespace

Key Key::at(uint64_t key, const Tensor& iteration, uint64_t number) {
  Key result(mix(key, number));
  result.start_ = key;
  result.iteration_ = iteration.const_data_ptr<int64_t>();
  return result;
}

Key Key::mixed(uint64_t value) const {
  TORCH_CHECK(count_ < kMost, "a key of more than ", kMost, " parts");
  Key result = *this;
  result.value_ = mix(value_, value);
  result.mixes_[result.count_++] = value;
  return result;
}

Tensor normal(IntArrayRef shape, const Key& key, c10::Device device) {
  auto out = empty(shape, device);
  return device.is_cpu() ? out.normal_(0, 1, reseeded(key))
                         : filled_on_card(out, key, cuda::draw_normal);
}

Tensor uniform(IntArrayRef shape, const Key& key, c10::Device device) {
  auto out = empty(shape, device);
  return device.is_cpu() ? out.uniform_(0, 1, reseeded(key))
                         : filled_on_card(out, key, cuda::draw_uniform);
}

Tensor dropout_mask(IntArrayRef shape, double p, const Key& key, c10::Device device) {
  auto mask = empty(shape, device);
  const auto kept = static_cast<float>(1 / (1 - p));
  if (!device.is_cpu())
    return filled_on_card(mask, key, [&](float* out, int64_t count, const auto& k, auto stream) {
      cuda::draw_choice(out, count, static_cast<float>(p), 0, kept, k, stream);
    });
  const auto low = static_cast<uint32_t>(key.value()),
             high = static_cast<uint32_t>(key.value() >> 32);
  const auto dropped = static_cast<uint32_t>(p * 4294967296.0);
  float* out = mask.data_ptr<float>();
  at::parallel_for(0, mask.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    fill_mask(out, begin, end, low, high, dropped, kept);
  });
  return mask;
}

Tensor bernoulli(IntArrayRef shape, double p, const Key& key, c10::Device device) {
  TORCH_CHECK(p >= 0 && p <= 1, "bernoulli: expected a probability in [0, 1], found ", p);
  return uniform(shape, key, device).lt(p).to(at::kFloat);
}

Tensor beta(IntArrayRef shape, double a, double b, const Key& key, c10::Device device) {
  TORCH_CHECK(a > 0 && b > 0, "beta: expected parameters above 0, found ", a, " and ", b);
  auto result = empty(shape, device);
  const auto alpha = static_cast<float>(a), other = static_cast<float>(b);
  if (!device.is_cpu())
    return filled_on_card(result, key, [&](float* out, int64_t count, const auto& k, auto stream) {
      cuda::draw_beta(out, count, alpha, other, k, stream);
    });
  float* out = result.mutable_data_ptr<float>();
  at::parallel_for(0, result.numel(), 1 << 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      out[i] = draws::beta(key.value(), static_cast<uint64_t>(i), alpha, other);
  });
  return result;
}

Tensor permutation_on(int64_t n, const Key& key, c10::Device device) {
  return uniform({n}, key, device).argsort(/*stable=*/true, /*dim=*/0, /*descending=*/false);
}

}  // namespace sslhost::random
