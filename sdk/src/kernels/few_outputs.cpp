// SPDX-License-Identifier: Apache-2.0
#include "few_outputs.hpp"

#include <algorithm>
#include <array>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

namespace sslhost::few_outputs {

namespace {

using vectors::kFewOutputs;
using vectors::Path;

constexpr int64_t kTaps = 9;

/// [C / lanes][3][3][4][lanes], zeros for channels that fill no vector.
Tensor packed(const Path& path, const Tensor& weight) {
  const auto from = weight.contiguous();
  const auto ins = weight.size(1);
  auto result = at::zeros({vectors::padded(ins, path.lanes) * kTaps * kFewOutputs},
                          at::dtype(at::kFloat).device(at::kCPU));
  const auto* w = from.const_data_ptr<float>();
  auto* to = result.mutable_data_ptr<float>();
  for (int64_t out = 0; out < kFewOutputs; ++out)
    for (int64_t in = 0; in < ins; ++in)
      for (int64_t tap = 0; tap < kTaps; ++tap)
        to[((in / path.lanes * kTaps + tap) * kFewOutputs + out) * path.lanes + in % path.lanes] =
            w[(out * ins + in) * kTaps + tap];
  return result;
}

/// The last three rows of an image that were asked for, with their padding; zeros outside of it.
class Rows {
 public:
  Rows(const Path& path, const Tensor& x, int64_t padding)
      : channels_(vectors::padded(x.size(1), path.lanes)),
        ins_(x.size(1)),
        height_(x.size(2)),
        width_(x.size(3)),
        padding_(padding),
        // A vector of pixels more than there are is read.
        memory_(at::zeros({4, (width_ + 2 * padding + path.lanes) * channels_},
                          at::dtype(at::kFloat).device(at::kCPU))) {}

  void begin(const float* image) { image_ = image; }

  /// Row y, -padding or more; none may be left out.
  const float* at(int64_t y) {
    auto* memory = memory_.mutable_data_ptr<float>();
    if (y < 0 || y >= height_) return memory + 3 * memory_.size(1);  // stays zero
    auto* row = memory + y % 3 * memory_.size(1) + padding_ * channels_;
    const auto* from = image_ + y * width_ * ins_;
    if (ins_ == channels_)
      std::copy_n(from, width_ * ins_, row);
    else
      for (int64_t x = 0; x < width_; ++x) std::copy_n(from + x * ins_, ins_, row + x * channels_);
    return row - padding_ * channels_;
  }

  int64_t channels() const { return channels_; }

 private:
  int64_t channels_, ins_, height_, width_, padding_;
  Tensor memory_;
  const float* image_ = nullptr;
};

}  // namespace

Tensor forward(const Path& path, const Tensor& x, const Tensor& weight, const Tensor& bias,
               int64_t padding) {
  const auto images = x.contiguous(at::MemoryFormat::ChannelsLast);
  const auto height = x.size(2) - 2 + 2 * padding, width = x.size(3) - 2 + 2 * padding,
             size = x.size(1) * x.size(2) * x.size(3);
  auto y = at::empty({x.size(0), kFewOutputs, height, width},
                     images.options().memory_format(at::MemoryFormat::ChannelsLast));
  const auto weights = packed(path, weight);
  std::array<float, kFewOutputs> shift = {};
  if (bias.defined())
    std::copy_n(bias.contiguous().const_data_ptr<float>(), kFewOutputs, shift.data());
  const auto* from = images.const_data_ptr<float>();
  auto* to = y.mutable_data_ptr<float>();
  at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
    Rows rows(path, x, padding);
    for (auto image = begin; image < end; ++image) {
      rows.begin(from + image * size);
      const float* three[3] = {nullptr, rows.at(-padding), rows.at(1 - padding)};
      for (int64_t row = 0; row < height; ++row) {
        three[0] = three[1], three[1] = three[2], three[2] = rows.at(row + 2 - padding);
        path.few_outputs({.rows = {three[0], three[1], three[2]},
                          .channels = rows.channels(),
                          .weights = weights.const_data_ptr<float>(),
                          .bias = shift.data(),
                          .out = to + (image * height + row) * width * kFewOutputs,
                          .pixels = width});
      }
    }
  });
  return y;
}

}  // namespace sslhost::few_outputs
