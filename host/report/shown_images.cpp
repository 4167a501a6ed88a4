// SPDX-License-Identifier: Apache-2.0
#include "host/report/shown_images.hpp"

#include <algorithm>
#include <cmath>

#include <ATen/ops/_upsample_bilinear2d_aa.h>

#include "host/data/pools.hpp"

namespace sslhost::host {

namespace {

/// The dataset's own pictures, by the rows that features of them have.
SampleStorage pool_pictures(const PictureInputs& inputs) {
  return SampleStorage::on(c10::kCPU, inputs.dataset.train.data, inputs.dataset.unlabeled.data);
}

SampleStorage test_pictures(const PictureInputs& inputs) {
  return inputs.split.test_from_training ? pool_pictures(inputs)
                                         : SampleStorage(inputs.dataset.test.data);
}

}  // namespace

Images images_of(const Tensor& seen, const Scale& scale) {
  const auto on_device = scale.normalizes() ? seen.to(scale.mean.device()) : seen;
  const auto bytes = scale.undo(on_device.to(at::kFloat))
                         .clamp(0, 1)
                         .mul(255)
                         .round()
                         .to(at::kByte)
                         .cpu()
                         .contiguous();
  Images images{seen.size(0), seen.size(1), seen.size(2), seen.size(3), {}};
  images.pixels.assign(bytes.const_data_ptr<uint8_t>(),
                       bytes.const_data_ptr<uint8_t>() + bytes.numel());
  return images;
}

Images thumbnails(const SampleStorage& pictures, const Tensor& rows, double scale) {
  constexpr double kSide = 96;
  auto values = gather(pictures, rows.cpu(), Scale(scale));
  const auto height = static_cast<double>(values.size(2)),
             width = static_cast<double>(values.size(3));
  const double factor = kSide / std::max(height, width);
  if (factor < 1)
    values = at::_upsample_bilinear2d_aa(values,
                                         {std::max<int64_t>(1, std::lround(height * factor)),
                                          std::max<int64_t>(1, std::lround(width * factor))},
                                         false);
  return images_of(values, Scale());
}

Images pool_images(const PictureInputs& inputs, const Tensor& rows) {
  const auto& pool = inputs.data.labeled;  // the storage of both pools
  return inputs.encoded ? thumbnails(pool_pictures(inputs), rows, inputs.dataset.scale)
                        : images_of(gather(pool.data, rows, pool.scale), pool.scale);
}

Images test_images(const PictureInputs& inputs, const Tensor& rows) {
  const auto& part = inputs.data.test;
  return inputs.encoded ? thumbnails(test_pictures(inputs), rows, inputs.dataset.scale)
                        : images_of(gather(part.data, rows, part.scale), part.scale);
}

}  // namespace sslhost::host
