// SPDX-License-Identifier: Apache-2.0
#pragma once

// What operators of draws are called with, checked.

#include <algorithm>
#include <iterator>
#include <optional>

#include <c10/util/Exception.h>

#include "sslhost/types.hpp"

#include "sdk/src/base/draws.hpp"

namespace sslhost::random {

using Iteration = std::optional<Tensor>;

inline draws::KeyParts parts_of(const Tensor& out, const Iteration& iteration, int64_t start,
                                IntArrayRef mixes) {
  TORCH_CHECK(out.scalar_type() == at::kFloat && out.is_contiguous(),
              "draws fill contiguous tensors of float32");
  TORCH_CHECK(!iteration || iteration->device() == out.device(), "draws on ", out.device(),
              " with the iteration on ", iteration->device());
  draws::KeyParts parts{iteration ? iteration->const_data_ptr<int64_t>() : nullptr,
                        static_cast<uint64_t>(start),
                        {},
                        static_cast<int>(mixes.size())};
  TORCH_CHECK(mixes.size() <= std::size(parts.mixes), "a key of ", mixes.size(), " parts");
  std::copy(mixes.begin(), mixes.end(), parts.mixes);
  return parts;
}

}  // namespace sslhost::random
