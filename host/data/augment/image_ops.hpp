// SPDX-License-Identifier: Apache-2.0
#pragma once

// Operations on one image in plain loops, for the CPU: channels one after the other, values in
// [0,1]. The tensor versions in tensors.cpp say the same; tests compare them. Needs no
// LibTorch.

#include <cstdint>
#include <vector>

#include "host/data/augment/affine.hpp"

namespace sslhost::host {

struct ImageShape {
  int64_t channels = 0, height = 0, width = 0;
  int64_t plane() const { return height * width; }
  int64_t pixels() const { return channels * plane(); }
};

/// to[i] = from[i] · factor.
void scale_values(const uint8_t* from, float* to, int64_t count, float factor);
void scale_values(const float* from, float* to, int64_t count, float factor);
/// Each channel of an image in place: (x − mean) / deviation.
void normalize_values(float* image, const ImageShape& shape, const float* mean,
                      const float* deviation);

/// In the order in which randaugment numbers them.
enum class RandOp {
  identity,
  autocontrast,
  brightness,
  color,
  contrast,
  equalize,
  posterize,
  rotate,
  sharpness,
  shear_x,
  shear_y,
  solarize,
  translate_x,
  translate_y
};
inline constexpr int64_t kRandOps = 14;

/// Flips and whole shifts: pixel (x, y) comes from (direction·x + across, y + down), copied
/// exactly.
struct PixelMap {
  int64_t direction = 1, across = 0, down = 0;
  bool reflect = false;  ///< outside lies the mirrored image (edge pixels once), else zeros

  void flip(int64_t width) {
    across += direction * (width - 1);
    direction = -direction;
  }
  void shift(int64_t right, int64_t below) {
    across -= direction * right;
    down -= below;
  }
};
void remap(const float* from, float* to, const ImageShape& shape, const PixelMap& map);

/// Samples an affine map bilinearly; outside the image lie zeros. Keeps a padded copy of the image
/// between calls, so that no pixel needs a test for the border.
class Resampler {
 public:
  explicit Resampler(const ImageShape& shape);
  void operator()(const float* from, float* to, const Affine<float>& map);

 private:
  void read(const float* from);

  ImageShape shape_;
  int64_t stride_;
  std::vector<float> padded_, x_, y_;  // one line's fractions
  std::vector<int32_t> index_;         // and the pixel left above
};

/// A square of `size` pixels around (x, y), cut off at the border, becomes `value`.
void cut_out(float* image, const ImageShape& shape, int64_t x, int64_t y, int64_t size,
             float value);

/// randaugment's operations that move no pixel, in place. What `strength` means is in rand_ops().
void recolor(float* image, const ImageShape& shape, RandOp op, float strength);

}  // namespace sslhost::host
