// SPDX-License-Identifier: Apache-2.0
// The CPU's version: an image stays in the cache from its stored pixels to the finished batch.
#include <algorithm>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include "host/data/augment/augment.hpp"

namespace sslhost::host {

namespace {

int64_t below(float uniform, int64_t count) {  // the product may round up to `count`
  return std::min(count - 1, static_cast<int64_t>(uniform * static_cast<float>(count)));
}

/// One image at a time, through all passes of a recipe.
class Pipeline {
 public:
  Pipeline(const AugmentRecipe& recipe, const ImageShape& shape, const AugmentDraws& draws)
      : recipe_(recipe),
        shape_(shape),
        resampler_(shape),
        image_(static_cast<size_t>(shape.pixels())),
        other_(static_cast<size_t>(shape.pixels())) {
    for (const auto& d : draws)
      draws_.push_back({d.const_data_ptr<float>(), d.numel() / d.size(0)});
  }

  float* image() { return image_.data(); }

  /// Changes image(), the batch's `place`-th.
  void run(int64_t place) {
    using Kind = AugmentPass::Kind;
    for (const auto& pass : recipe_.passes) {
      const auto& op = recipe_.ops[pass.first];
      const float* u = drawn(pass.first, place);
      if (pass.kind == Kind::copy) {
        copy(pass, place);
      } else if (pass.kind == Kind::resample) {
        resample(pass, place);
      } else if (pass.kind == Kind::noise) {
        const auto deviation = static_cast<float>(op.amount);
        for (size_t i = 0; i < image_.size(); ++i) image_[i] += deviation * u[i];
      } else if (pass.kind == Kind::cutout) {
        cut_out(image(), shape_, below(u[0], shape_.width), below(u[1], shape_.height),
                static_cast<int64_t>(op.amount), op.variant ? 0.0f : 0.5f);
      } else {
        for (int64_t i = 0; i < static_cast<int64_t>(op.amount); ++i)
          random_op(u[2 * i], u[2 * i + 1]);
      }
    }
  }

 private:
  struct Drawn {
    const float* first;
    int64_t each;  // numbers an image
  };
  const float* drawn(size_t op, int64_t place) const {
    return draws_[op].first + place * draws_[op].each;
  }

  void copy(const AugmentPass& pass, int64_t place) {
    PixelMap map;
    for (size_t i = pass.first; i < pass.first + pass.count; ++i) {
      const float* u = drawn(i, place);
      if (recipe_.ops[i].word == AugmentWord::flip) {
        if (u[0] < 0.5f) map.flip(shape_.width);
      } else {
        const auto most = static_cast<int64_t>(recipe_.ops[i].amount);
        map.shift(below(u[0], 2 * most + 1) - most, below(u[1], 2 * most + 1) - most);
        map.reflect = recipe_.ops[i].variant;
      }
    }
    remap(image(), other_.data(), shape_, map);
    std::swap(image_, other_);
  }

  void resample(const AugmentPass& pass, int64_t place) {
    auto map = identity_map(1.0f);
    for (size_t i = pass.first; i < pass.first + pass.count; ++i) {
      const float* u = drawn(i, place);
      const auto amount = static_cast<float>(recipe_.ops[i].amount);
      if (recipe_.ops[i].word == AugmentWord::flip) {
        map = append(map, flip_map(u[0] < 0.5f ? -1.0f : 1.0f));
      } else if (recipe_.ops[i].word == AugmentWord::rotate) {
        map = append(map, rotation_map((u[0] * 2.0f - 1.0f) * amount));
      } else {
        const auto ratio = crop_ratio(u[1], amount);
        map = append(map,
                     crop_map(crop_area(u[0], amount, ratio), ratio, u[2], u[3],
                              static_cast<float>(shape_.width), static_cast<float>(shape_.height)));
      }
    }
    sample(map);
  }

  void sample(const Affine<float>& map) {
    resampler_(image(), other_.data(), map);
    std::swap(image_, other_);
  }

  void random_op(float choice, float amount) {
    const auto& op = rand_ops()[static_cast<size_t>(below(choice, kRandOps))];
    const float strength =
        static_cast<float>(op.low) + amount * static_cast<float>(op.high - op.low);
    switch (op.op) {
      case RandOp::rotate:
        return sample(rotation_map(strength));
      case RandOp::shear_x:
        return sample({1, strength, 0, 0, 1, 0});
      case RandOp::shear_y:
        return sample({1, 0, 0, strength, 1, 0});
      case RandOp::translate_x:
        return sample({1, 0, strength * static_cast<float>(shape_.width), 0, 1, 0});
      case RandOp::translate_y:
        return sample({1, 0, 0, 0, 1, strength * static_cast<float>(shape_.height)});
      default:
        recolor(image(), shape_, op.op, strength);
    }
  }

  const AugmentRecipe& recipe_;
  const ImageShape shape_;
  Resampler resampler_;
  std::vector<float> image_, other_;
  std::vector<Drawn> draws_;
};

template <class T>
void augment_rows(const AugmentRecipe& recipe, const SampleStorage& data, const Tensor& rows,
                  const Scale& scale, const AugmentDraws& draws, Tensor& out) {
  const ImageShape shape{data.shape()[0], data.shape()[1], data.shape()[2]};
  const auto pixels = shape.pixels();
  const SampleStorage::Rows<T> from(data);
  const auto* row = rows.const_data_ptr<int64_t>();
  auto* to = out.mutable_data_ptr<float>();
  const auto factor = static_cast<float>(scale.factor);
  const bool normalizes = scale.normalizes();
  const float* mean = normalizes ? scale.mean.const_data_ptr<float>() : nullptr;
  const float* deviation = normalizes ? scale.std.const_data_ptr<float>() : nullptr;
  const auto grain = std::max<int64_t>(1, (1 << 14) / std::max<int64_t>(1, pixels));
  at::parallel_for(0, rows.size(0), grain, [&](int64_t begin, int64_t end) {
    Pipeline pipeline(recipe, shape, draws);
    for (int64_t i = begin; i < end; ++i) {
      scale_values(from[row[i]], pipeline.image(), pixels, factor);
      pipeline.run(i);
      if (normalizes) normalize_values(pipeline.image(), shape, mean, deviation);
      std::copy_n(pipeline.image(), pixels, to + i * pixels);
    }
  });
}

}  // namespace

Tensor augment_images(const AugmentRecipe& recipe, const SampleStorage& data, const Tensor& rows,
                      const Scale& scale, const AugmentDraws& draws) {
  const auto shape = data.shape();
  auto out = at::empty({rows.size(0), shape[0], shape[1], shape[2]}, at::kFloat);
  if (data.scalar_type() == at::kByte) {
    augment_rows<uint8_t>(recipe, data, rows, scale, draws, out);
  } else {
    TORCH_CHECK(data.scalar_type() == at::kFloat,
                "augment: expected uint8 or float32 samples, found ", data.scalar_type());
    augment_rows<float>(recipe, data, rows, scale, draws, out);
  }
  return out;
}

}  // namespace sslhost::host
