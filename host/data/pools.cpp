// SPDX-License-Identifier: Apache-2.0
#include "host/data/pools.hpp"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include "host/data/augment/image_ops.hpp"

namespace sslhost::host {

namespace {

/// One pass over memory instead of three operators; on small batches their set-up would cost more
/// than the work.
template <class T>
void gather_rows(const Tensor& data, const Tensor& rows, const Scale& scale, Tensor& out) {
  const auto factor = static_cast<float>(scale.factor);
  const bool normalizes = scale.normalizes();
  const float* mean = normalizes ? scale.mean.const_data_ptr<float>() : nullptr;
  const float* deviation = normalizes ? scale.std.const_data_ptr<float>() : nullptr;
  const int64_t width = data.numel() / std::max<int64_t>(1, data.size(0));
  const T* from = data.const_data_ptr<T>();
  const int64_t* row = rows.const_data_ptr<int64_t>();
  float* to = out.mutable_data_ptr<float>();
  const int64_t grain = std::max<int64_t>(1, (1 << 16) / std::max<int64_t>(1, width));
  at::parallel_for(0, rows.size(0), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      scale_values(from + row[i] * width, to + i * width, width, factor);
      if (normalizes)
        normalize_values(to + i * width, {data.size(1), data.size(2), data.size(3)}, mean,
                         deviation);
    }
  });
}

}  // namespace

Tensor gather(const Tensor& data, const Tensor& rows, const Scale& scale) {
  // Not in place: a batch is given out with its version counter at zero, so that a method's writes
  // show.
  if (!data.device().is_cpu()) return scale(data.index_select(0, rows));
  auto shape = data.sizes().vec();
  shape[0] = rows.size(0);
  auto out = at::empty(shape, at::kFloat);
  if (data.scalar_type() == at::kByte) {
    gather_rows<uint8_t>(data, rows, scale, out);
  } else {
    TORCH_CHECK(data.scalar_type() == at::kFloat,
                "gather: expected uint8 or float32 samples, found ", data.scalar_type());
    gather_rows<float>(data, rows, scale, out);
  }
  return out;
}

}  // namespace sslhost::host
