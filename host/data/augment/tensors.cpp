// SPDX-License-Identifier: Apache-2.0
// The tensor version, for other devices than CPUs. Every image goes through every operation and
// keeps the result of its own: no shape depends on a value, so that nothing waits.
#include <ATen/ops/abs.h>
#include <ATen/ops/affine_grid_generator.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/grid_sampler_2d.h>
#include <ATen/ops/log.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/sqrt.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "host/data/augment/augment.hpp"

namespace sslhost::host {

namespace {

Tensor column(const Tensor& draws, int64_t i) { return draws.select(1, i); }

/// Whole numbers [n] from 0 to count − 1.
Tensor below(const Tensor& uniform, int64_t count) {
  return uniform.mul(static_cast<double>(count)).to(at::kLong).clamp_max(count - 1);
}

/// [n] as [n,1,1,1].
Tensor each(const Tensor& values) { return values.view({-1, 1, 1, 1}); }

Tensor numbers(int64_t count, const Tensor& like) {
  return at::arange(count, at::dtype(at::kLong).device(like.device()));
}

/// Sources of a line's pixels, and whether they lie inside; both [n, count].
std::pair<Tensor, Tensor> inside(const Tensor& source, int64_t count, bool reflect) {
  if (!reflect) return {source.clamp(0, count - 1), source.ge(0).logical_and(source.lt(count))};
  const auto folded = (count - 1) - (source.abs() - (count - 1)).abs();
  return {folded, at::ones_like(folded, at::kBool)};
}

Tensor copy(const AugmentRecipe& recipe, const AugmentPass& pass, const Tensor& images,
            const AugmentDraws& draws) {
  const auto height = images.size(2), width = images.size(3);
  auto direction = at::ones_like(column(draws[pass.first], 0), at::kLong);
  auto across = at::zeros_like(direction), down = at::zeros_like(direction);
  bool reflect = false;
  for (size_t i = pass.first; i < pass.first + pass.count; ++i) {
    if (recipe.ops[i].word == AugmentWord::flip) {
      const auto flipped = column(draws[i], 0).lt(0.5);
      across = at::where(flipped, across + direction * (width - 1), across);
      direction = at::where(flipped, -direction, direction);
    } else {
      const auto most = static_cast<int64_t>(recipe.ops[i].amount);
      across = across - direction * (below(column(draws[i], 0), 2 * most + 1) - most);
      down = down - (below(column(draws[i], 1), 2 * most + 1) - most);
      reflect = recipe.ops[i].variant;
    }
  }
  const auto [x, x_inside] =
      inside(numbers(width, images) * direction.unsqueeze(1) + across.unsqueeze(1), width, reflect);
  const auto [y, y_inside] = inside(numbers(height, images) + down.unsqueeze(1), height, reflect);
  const auto shape = images.sizes();
  const auto moved = images.gather(2, y.unsqueeze(1).unsqueeze(3).expand(shape))
                         .gather(3, x.unsqueeze(1).unsqueeze(2).expand(shape));
  const auto within = y_inside.unsqueeze(2).logical_and(x_inside.unsqueeze(1)).unsqueeze(1);
  return at::where(within, moved, at::zeros_like(moved));
}

Tensor sample(const Tensor& images, const Affine<Tensor>& m) {
  const auto height = static_cast<double>(images.size(2)),
             width = static_cast<double>(images.size(3));
  // grid_sampler() measures from −1 to 1 in both directions.
  const auto theta = at::stack({m.a, m.b * (height / width), m.c * (2 / width),
                                m.d * (width / height), m.e, m.f * (2 / height)},
                               1)
                         .view({-1, 2, 3});
  const auto grid = at::affine_grid_generator(theta, images.sizes(), /*align_corners=*/false);
  const auto inside = grid.ge(-1).logical_and(grid.lt(1)).all(-1).unsqueeze(1);
  return at::grid_sampler_2d(images, grid, /*bilinear*/ 0, /*edge*/ 1, /*align_corners=*/false) *
         inside;
}

Tensor resample(const AugmentRecipe& recipe, const AugmentPass& pass, const Tensor& images,
                const AugmentDraws& draws) {
  auto map = identity_map(column(draws[pass.first], 0));
  for (size_t i = pass.first; i < pass.first + pass.count; ++i) {
    const auto& u = draws[i];
    const auto amount = static_cast<float>(recipe.ops[i].amount);
    if (recipe.ops[i].word == AugmentWord::flip) {
      map = append(map, flip_map(Tensor(column(u, 0).ge(0.5).to(at::kFloat) * 2.0f - 1.0f)));
    } else if (recipe.ops[i].word == AugmentWord::rotate) {
      map = append(map, rotation_map(Tensor((column(u, 0) * 2.0f - 1.0f) * amount)));
    } else {
      const auto ratio = crop_ratio(column(u, 1), amount);
      map = append(
          map, crop_map(crop_area(column(u, 0), amount, ratio), ratio, column(u, 2), column(u, 3),
                        static_cast<float>(images.size(3)), static_cast<float>(images.size(2))));
    }
  }
  return sample(images, map);
}

Tensor cutout(const AugmentOp& op, const Tensor& images, const Tensor& u) {
  const auto size = static_cast<int64_t>(op.amount);
  const auto covered = [&](int64_t number, int64_t count) {
    const auto from = (below(column(u, number), count) - size / 2).unsqueeze(1);
    const auto at = numbers(count, images).unsqueeze(0);
    return at.ge(from).logical_and(at.lt(from + size));
  };
  const auto hole =
      covered(1, images.size(2)).unsqueeze(2).logical_and(covered(0, images.size(3)).unsqueeze(1));
  return images.masked_fill(hole.unsqueeze(1), op.variant ? 0.0 : 0.5);
}

/// [n,1,H,W]; as in image_color.cpp.
Tensor gray_of(const Tensor& images) {
  if (images.size(1) != 3) return images.mean(1, /*keepdim=*/true);
  return images.narrow(1, 0, 1) * 0.299 + images.narrow(1, 1, 1) * 0.587 +
         images.narrow(1, 2, 1) * 0.114;
}

Tensor autocontrast(const Tensor& images) {
  const auto low = images.amin({2, 3}, true), range = images.amax({2, 3}, true) - low;
  return at::where(range.gt(0), (images - low) / range, images);
}

Tensor bytes_of(const Tensor& images) { return images.clamp(0, 1).mul(255).add(0.5).to(at::kLong); }

Tensor equalize(const Tensor& images) {
  const auto n = images.size(2) * images.size(3);
  const auto bytes = bytes_of(images).flatten(2);
  auto count = at::zeros({images.size(0), images.size(1), 256}, bytes.options());
  count.scatter_add_(2, bytes, at::ones_like(bytes));
  const auto last = (numbers(256, images) * count.gt(0)).amax(2, true);
  const auto step = (n - count.gather(2, last)).div(255, "floor");
  const auto below = count.cumsum(2) - count + step.div(2, "floor");
  const auto target = below.div(step.clamp_min(1), "floor").clamp_max(255);
  const auto equal = target.gather(2, bytes).to(at::kFloat).div(255).view(images.sizes());
  return at::where(step.gt(0).unsqueeze(3), equal, images);
}

Tensor posterize(const Tensor& images, const Tensor& strength) {
  const auto dropped = 8 - strength.to(at::kLong).clamp_max(8);
  const auto mask = at::ones_like(dropped).mul(0xff).bitwise_left_shift(dropped);
  return bytes_of(images).bitwise_and(mask).to(at::kFloat).div(255);
}

Tensor sharpness(const Tensor& images, const Tensor& factor) {
  const auto height = images.size(2) - 2, width = images.size(3) - 2;
  if (height < 1 || width < 1) return images;
  const auto part = [&](int64_t y, int64_t x) {
    return images.narrow(2, y, height).narrow(3, x, width);
  };
  auto sum = part(1, 1) * 4;
  for (int64_t y = 0; y < 3; ++y)
    for (int64_t x = 0; x < 3; ++x) sum = sum + part(y, x);
  const auto smooth = sum / 13;
  auto result = images.clone();
  result.narrow(2, 1, height).narrow(3, 1, width).copy_(smooth + factor * (part(1, 1) - smooth));
  return result;
}

Tensor recolor(const Tensor& images, RandOp op, const Tensor& strength) {
  switch (op) {
    case RandOp::autocontrast:
      return autocontrast(images);
    case RandOp::brightness:
      return images * strength;
    case RandOp::color: {
      const auto gray = gray_of(images);
      return gray + strength * (images - gray);
    }
    case RandOp::contrast: {
      const auto mean = gray_of(images).mean({2, 3}, true);
      return mean + strength * (images - mean);
    }
    case RandOp::equalize:
      return equalize(images);
    case RandOp::posterize:
      return posterize(images, strength);
    case RandOp::sharpness:
      return sharpness(images, strength);
    case RandOp::solarize:
      return at::where(images.ge(strength), 1 - images, images);
    default:
      return images;
  }
}

/// One random operation for each image.
Tensor random_op(const Tensor& images, const Tensor& choice, const Tensor& amount) {
  const auto chosen = below(choice, kRandOps);
  const auto is = [&](RandOp op) { return chosen.eq(static_cast<int64_t>(op)); };
  const auto zero = amount * 0;
  const auto strength_of = [&](RandOp op) {
    const auto& i = rand_ops()[static_cast<size_t>(op)];
    return amount * static_cast<float>(i.high - i.low) + static_cast<float>(i.low);
  };
  const auto only = [&](RandOp op) { return at::where(is(op), strength_of(op), zero); };
  const auto turn = rotation_map(Tensor(only(RandOp::rotate)));
  const auto moved =
      sample(images, {turn.a, turn.b + only(RandOp::shear_x),
                      only(RandOp::translate_x) * static_cast<double>(images.size(3)),
                      turn.d + only(RandOp::shear_y), turn.e,
                      only(RandOp::translate_y) * static_cast<double>(images.size(2))});
  auto moves = is(RandOp::rotate);
  for (const auto op : {RandOp::shear_x, RandOp::shear_y, RandOp::translate_x, RandOp::translate_y})
    moves = moves.logical_or(is(op));
  auto result = at::where(each(moves), moved, images);
  for (const auto op : {RandOp::autocontrast, RandOp::brightness, RandOp::color, RandOp::contrast,
                        RandOp::equalize, RandOp::posterize, RandOp::sharpness, RandOp::solarize})
    result = at::where(each(is(op)), recolor(images, op, each(strength_of(op))), result);
  return result;
}

}  // namespace

Tensor augment_tensors(const AugmentRecipe& recipe, Tensor images, const AugmentDraws& draws) {
  using Kind = AugmentPass::Kind;
  for (const auto& pass : recipe.passes) {
    const auto& op = recipe.ops[pass.first];
    const auto& u = draws[pass.first];
    if (pass.kind == Kind::copy) {
      images = copy(recipe, pass, images, draws);
    } else if (pass.kind == Kind::resample) {
      images = resample(recipe, pass, images, draws);
    } else if (pass.kind == Kind::noise) {
      images = images + u * op.amount;
    } else if (pass.kind == Kind::cutout) {
      images = cutout(op, images, u);
    } else {
      for (int64_t i = 0; i < static_cast<int64_t>(op.amount); ++i)
        images = random_op(images, column(u, 2 * i), column(u, 2 * i + 1));
    }
  }
  return images;
}

}  // namespace sslhost::host
