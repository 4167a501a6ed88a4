// SPDX-License-Identifier: Apache-2.0
#include "host/parallel/means.hpp"

#include <algorithm>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

/// Of the bits: a sum of numbers that differ can be the same.
int64_t fingerprint(const Tensor& tensor) {
  const auto plain = tensor.detach().cpu().contiguous();
  const auto* bytes = static_cast<const unsigned char*>(plain.const_data_ptr());
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, 64 bits
  for (size_t i = 0; i < plain.nbytes(); ++i) hash = (hash ^ bytes[i]) * 0x100000001b3;
  return static_cast<int64_t>(hash);
}

}  // namespace

BatchPart own_part(int64_t batch, const detail::Ranks* ranks, const std::string& where) {
  if (!ranks) return {0, batch};
  const int64_t size = ranks->size(), count = batch / size;
  if (count * size == batch) return {ranks->rank() * count, count};
  throw Error(ExitCode::usage, {where, "a batch that " + std::to_string(size) + " ranks can share",
                                std::to_string(batch) + " samples",
                                "take " + std::to_string(std::max<int64_t>(1, count) * size) +
                                    ", or another number of processes"});
}

void average(std::vector<Tensor>& tensors, detail::Ranks& ranks) {
  const at::NoGradGuard no_gradients;
  std::vector<Tensor> flat;
  for (const auto& tensor : tensors) flat.push_back(tensor.detach().reshape({-1}));
  if (flat.empty()) return;
  auto all = at::cat(flat);
  ranks.sum(all);
  all.div_(ranks.size());
  int64_t first = 0;
  for (auto& tensor : tensors) {
    const auto count = tensor.numel();
    tensor = all.narrow(0, first, count).view(tensor.sizes());
    first += count;
  }
}

bool any_of(bool own, detail::Ranks& ranks) {
  const auto count = at::full({1}, own ? 1.0F : 0.0F);
  ranks.sum(count);
  return *count.const_data_ptr<float>() > 0;
}

void require_equal(const NamedTensors& tensors, detail::Ranks& ranks) {
  const auto count = static_cast<int64_t>(tensors.size());
  const auto all = at::zeros({ranks.size(), count}, at::kLong);
  auto* own = all.mutable_data_ptr<int64_t>() + ranks.rank() * count;
  for (int64_t i = 0; i < count; ++i) own[i] = fingerprint(tensors[static_cast<size_t>(i)].second);
  ranks.sum(all);
  const auto* found = all.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < count; ++i)
    for (int rank = 1; rank < ranks.size(); ++rank)
      if (found[rank * count + i] != found[i])
        throw Error(ExitCode::device,
                    {"rank " + std::to_string(rank), "the weights that rank 0 has",
                     "other bits in '" + tensors[static_cast<size_t>(i)].first + "'",
                     "run all ranks on processors of one kind, with the same program and files"});
}

}  // namespace sslhost::host
