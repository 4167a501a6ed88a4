// SPDX-License-Identifier: Apache-2.0
#include "host/data/sampler.hpp"

#include <algorithm>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

#include "sslhost/training/random.hpp"

namespace sslhost::host {

namespace {

/// In one copy to another device: half a megabyte.
constexpr int64_t kPositionsAtOnce = 1 << 16;

}  // namespace

Sampler::Sampler(int64_t pool, int64_t batch, uint64_t key, c10::Device device, int64_t first,
                 int64_t count)
    : pool_(pool), batch_(batch), first_(first), count_(count), key_(key), device_(device) {
  TORCH_CHECK(pool > 0 && batch > 0, "Sampler: expected a pool and a batch of at least one sample");
  at_once_ = std::max<int64_t>(1, kPositionsAtOnce / batch);
}

const Tensor& Sampler::order(int64_t epoch) {
  auto& cached = epochs_[epoch % 2];
  if (cached.number != epoch) {
    auto numbers = random::permutation(pool_, random::mix(key_, static_cast<uint64_t>(epoch)));
    cached.order = at::from_blob(numbers.data(), {pool_}, at::kLong).clone();
    cached.number = epoch;
  }
  return cached.order;
}

Tensor Sampler::drawn(int64_t at, int64_t count) {
  std::vector<Tensor> pieces;
  while (count > 0) {
    const int64_t offset = at % pool_, part = std::min(count, pool_ - offset);
    pieces.push_back(order(at / pool_).narrow(0, offset, part));
    at += part;
    count -= part;
  }
  return pieces.size() == 1 ? pieces.front() : at::cat(pieces);
}

Tensor Sampler::positions(int64_t iteration) {
  if (device_.is_cpu()) return drawn(iteration * batch_ + first_, count_);
  if (const int64_t wanted = iteration / at_once_; uploaded_ != wanted) {
    // A copy from pageable memory would wait for all that the GPU has been asked to do.
    on_device_ = drawn(wanted * at_once_ * batch_, at_once_ * batch_)
                     .pin_memory()
                     .to(device_, /*non_blocking=*/true);
    uploaded_ = wanted;
  }
  return on_device_.narrow(0, iteration % at_once_ * batch_ + first_, count_);
}

}  // namespace sslhost::host
