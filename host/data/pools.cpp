// SPDX-License-Identifier: Apache-2.0
#include "host/data/pools.hpp"

#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include "host/data/augment/image_ops.hpp"
#include "host/operators/operators.hpp"

namespace sslhost::host {

namespace {

/// One pass over memory instead of three operators; on small batches their set-up would cost more
/// than the work.
template <class T>
void gather_rows(const SampleStorage& data, const Tensor& rows, const Scale& scale, Tensor& out) {
  const auto factor = static_cast<float>(scale.factor);
  const bool normalizes = scale.normalizes();
  const float* mean = normalizes ? scale.mean.const_data_ptr<float>() : nullptr;
  const float* deviation = normalizes ? scale.std.const_data_ptr<float>() : nullptr;
  const SampleStorage::Rows<T> from(data);
  const int64_t width = from.values();
  const int64_t* row = rows.const_data_ptr<int64_t>();
  float* to = out.mutable_data_ptr<float>();
  const int64_t grain = std::max<int64_t>(1, (1 << 16) / std::max<int64_t>(1, width));
  at::parallel_for(0, rows.size(0), grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      scale_values(from[row[i]], to + i * width, width, factor);
      if (normalizes)
        normalize_values(to + i * width, {data.shape()[0], data.shape()[1], data.shape()[2]}, mean,
                         deviation);
    }
  });
}

}  // namespace

Tensor gather(const SampleStorage& data, const Tensor& rows, const Scale& scale) {
  if (data.is_elsewhere()) {
    const auto device = data.device();
    const SampleStorage batch = data.stored(rows.cpu()).to(device, /*non_blocking=*/true);
    return gather(batch, at::arange(rows.size(0), at::dtype(at::kLong).device(device)), scale);
  }
  // Not in place: a batch is given out with its version counter at zero, so that a method's writes
  // show.
  if (!data.device().is_cpu())
    return operators::gather(data.whole(), rows, scale.factor, scale.mean, scale.std);
  auto shape = data.shape().vec();
  shape.insert(shape.begin(), rows.size(0));
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
