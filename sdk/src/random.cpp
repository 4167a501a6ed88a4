// SPDX-License-Identifier: Apache-2.0
#include "sslhost/random.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace sslhost::random {

namespace {

/// A generator of this thread, reseeded: a new one for each draw would cost its allocation.
at::Generator reseeded(uint64_t key, c10::Device device) {
  if (device.is_cpu()) {
    thread_local at::Generator generator = at::detail::createCPUGenerator();
    generator.set_current_seed(key);
    return generator;
  }
  thread_local at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(key);
  return generator;
}

Tensor empty(IntArrayRef shape, c10::Device device) {
  return at::empty(shape, at::dtype(at::kFloat).device(device));
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

Tensor normal(IntArrayRef shape, uint64_t key, c10::Device device) {
  return empty(shape, device).normal_(0, 1, reseeded(key, device));
}

Tensor uniform(IntArrayRef shape, uint64_t key, c10::Device device) {
  return empty(shape, device).uniform_(0, 1, reseeded(key, device));
}

Tensor dropout_mask(IntArrayRef shape, double p, uint64_t key, c10::Device device) {
  auto mask = empty(shape, device);
  if (!device.is_cpu()) return mask.bernoulli_(1 - p, reseeded(key, device)).div_(1 - p);
  const auto low = static_cast<uint32_t>(key), high = static_cast<uint32_t>(key >> 32);
  const auto dropped = static_cast<uint32_t>(p * 4294967296.0);
  const auto kept = static_cast<float>(1 / (1 - p));
  float* out = mask.data_ptr<float>();
  at::parallel_for(0, mask.numel(), 1 << 15, [&](int64_t begin, int64_t end) {
    fill_mask(out, begin, end, low, high, dropped, kept);
  });
  return mask;
}

}  // namespace sslhost::random
