// SPDX-License-Identifier: Apache-2.0
#include "host/data/sampler.hpp"

#include <algorithm>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

#include "sslhost/training/random.hpp"

namespace sslhost::host {

Sampler::Sampler(int64_t pool, int64_t batch, uint64_t key, c10::Device device)
    : pool_(pool), batch_(batch), key_(key), device_(device) {
  TORCH_CHECK(pool > 0 && batch > 0, "Sampler: expected a pool and a batch of at least one sample");
}

const Tensor& Sampler::order(int64_t epoch) {
  auto& cached = epochs_[epoch % 2];
  if (cached.number != epoch) {
    auto numbers = random::permutation(pool_, random::mix(key_, static_cast<uint64_t>(epoch)));
    auto order = at::from_blob(numbers.data(), {pool_}, at::kLong).clone();
    // A copy from pageable memory would wait for all that the GPU has been asked to do.
    if (device_.is_cuda()) order = order.pin_memory();
    cached.order = order.to(device_, /*non_blocking=*/true);
    cached.number = epoch;
  }
  return cached.order;
}

Tensor Sampler::positions(int64_t iteration) {
  int64_t at = iteration * batch_, left = batch_;
  std::vector<Tensor> pieces;
  while (left > 0) {
    const int64_t offset = at % pool_, count = std::min(left, pool_ - offset);
    auto piece = order(at / pool_).narrow(0, offset, count);
    if (count == batch_) return piece;
    pieces.push_back(std::move(piece));
    at += count;
    left -= count;
  }
  return at::cat(pieces);
}

}  // namespace sslhost::host
