// SPDX-License-Identifier: Apache-2.0
#include "host/data/augment/image_ops.hpp"

#include <algorithm>
#include <cstring>

#include "sdk/src/base/widths.hpp"

namespace sslhost::host {

// Where several widths of vector are compiled, all give the same bits: none has fused products.
#define SSLHOST_WIDE SSLHOST_CLONES("avx2") __attribute__((optimize("O3")))

namespace {

SSLHOST_WIDE void normalize_plane(float* plane, int64_t count, float mean, float deviation) {
  for (int64_t i = 0; i < count; ++i) plane[i] = (plane[i] - mean) / deviation;
}

/// Index i of a line of n pixels, or -1 where nothing lies.
int64_t source_of(int64_t i, int64_t n, bool reflect) {
  if (i >= 0 && i < n) return i;
  if (!reflect) return -1;
  return i < 0 ? -i : 2 * (n - 1) - i;
}

void remap_line(const float* from, float* to, int64_t width, const PixelMap& map) {
  // Most of a line needs no test: x in [low, high) comes from inside the image.
  const bool flipped = map.direction < 0;
  const int64_t low = std::clamp(flipped ? map.across - width + 1 : -map.across, int64_t{0}, width);
  const int64_t high = std::clamp(flipped ? map.across + 1 : width - map.across, low, width);
  const auto at_border = [&](int64_t x) {
    const auto source = source_of(map.direction * x + map.across, width, map.reflect);
    to[x] = source < 0 ? 0.0f : from[source];
  };
  for (int64_t x = 0; x < low; ++x) at_border(x);
  if (flipped) {
    for (int64_t x = low; x < high; ++x) to[x] = from[map.across - x];
  } else {
    std::copy(from + low + map.across, from + high + map.across, to + low);
  }
  for (int64_t x = high; x < width; ++x) at_border(x);
}

/// A place in a padded line of n pixels, of which pixel 0 is at 1. As in Pillow a pixel is a
/// square: within the outermost ones the image goes on as it is at their centers, outside there is
/// nothing.
inline float place_in(float x, float n) {
  if (x < 0.5f) return 0.0f;
  if (x >= n + 0.5f) return n + 1.0f;
  return x < 1.0f ? 1.0f : x > n ? n : x;
}

/// For each pixel of a line: the padded image's pixel left above its source, and the source's
/// distance from that.
SSLHOST_WIDE void sources(const Affine<float>& m, float v, int64_t height, int64_t width,
                          int64_t stride, float* fx, float* fy, int32_t* index) {
  const float half_width = 0.5f * static_cast<float>(width - 1);
  const auto right = static_cast<float>(width), bottom = static_cast<float>(height);
  // Padding puts pixel 0 at 1.
  const float x0 = m.b * v + m.c + half_width + 1.0f;
  const float y0 = m.e * v + m.f + 0.5f * static_cast<float>(height - 1) + 1.0f;
  const auto step = static_cast<int32_t>(stride);
  for (int32_t i = 0; i < static_cast<int32_t>(width); ++i) {
    const float u = static_cast<float>(i) - half_width;
    const float x = place_in(m.a * u + x0, right), y = place_in(m.d * u + y0, bottom);
    const auto left = static_cast<int32_t>(x), above = static_cast<int32_t>(y);
    fx[i] = x - static_cast<float>(left);
    fy[i] = y - static_cast<float>(above);
    index[i] = above * step + left;
  }
}

SSLHOST_WIDE void interpolate(const float* padded, int64_t stride, const float* fx, const float* fy,
                              const int32_t* index, float* to, int64_t width) {
  const float* below = padded + stride;
  for (int64_t i = 0; i < width; ++i) {
    const int32_t at = index[i];
    const float top = padded[at] + fx[i] * (padded[at + 1] - padded[at]);
    const float bottom = below[at] + fx[i] * (below[at + 1] - below[at]);
    to[i] = top + fy[i] * (bottom - top);
  }
}

}  // namespace

SSLHOST_WIDE void scale_values(const uint8_t* from, float* to, int64_t count, float factor) {
  for (int64_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]) * factor;
}

SSLHOST_WIDE void scale_values(const float* from, float* to, int64_t count, float factor) {
  for (int64_t i = 0; i < count; ++i) to[i] = from[i] * factor;
}

void normalize_values(float* image, const ImageShape& shape, const float* mean,
                      const float* deviation) {
  for (int64_t c = 0; c < shape.channels; ++c)
    normalize_plane(image + c * shape.plane(), shape.plane(), mean[c], deviation[c]);
}

void remap(const float* from, float* to, const ImageShape& shape, const PixelMap& map) {
  for (int64_t c = 0; c < shape.channels; ++c)
    for (int64_t y = 0; y < shape.height; ++y) {
      const auto source = source_of(y + map.down, shape.height, map.reflect);
      float* line = to + c * shape.plane() + y * shape.width;
      if (source < 0) {
        std::fill_n(line, shape.width, 0.0f);
      } else {
        remap_line(from + c * shape.plane() + source * shape.width, line, shape.width, map);
      }
    }
}

Resampler::Resampler(const ImageShape& shape)
    : shape_(shape),
      stride_(shape.width + 3),  // zeros: one before, two after
      padded_(static_cast<size_t>(shape.channels * (shape.height + 3) * stride_)),
      x_(static_cast<size_t>(shape.width)),
      y_(static_cast<size_t>(shape.width)),
      index_(static_cast<size_t>(shape.width)) {}

void Resampler::read(const float* from) {
  const auto bytes = static_cast<size_t>(shape_.width) * sizeof(float);
  for (int64_t c = 0; c < shape_.channels; ++c)
    for (int64_t y = 0; y < shape_.height; ++y)
      std::memcpy(padded_.data() + (c * (shape_.height + 3) + y + 1) * stride_ + 1,
                  from + c * shape_.plane() + y * shape_.width, bytes);
}

void Resampler::operator()(const float* from, float* to, const Affine<float>& map) {
  read(from);
  for (int64_t y = 0; y < shape_.height; ++y) {
    const float v = static_cast<float>(y) - 0.5f * static_cast<float>(shape_.height - 1);
    sources(map, v, shape_.height, shape_.width, stride_, x_.data(), y_.data(), index_.data());
    for (int64_t c = 0; c < shape_.channels; ++c)
      interpolate(padded_.data() + c * (shape_.height + 3) * stride_, stride_, x_.data(), y_.data(),
                  index_.data(), to + c * shape_.plane() + y * shape_.width, shape_.width);
  }
}

void cut_out(float* image, const ImageShape& shape, int64_t x, int64_t y, int64_t size,
             float value) {
  const int64_t left = std::max<int64_t>(0, x - size / 2),
                above = std::max<int64_t>(0, y - size / 2);
  const int64_t right = std::min(shape.width, x - size / 2 + size);
  const int64_t below = std::min(shape.height, y - size / 2 + size);
  for (int64_t c = 0; c < shape.channels; ++c)
    for (int64_t line = above; line < below; ++line)
      std::fill_n(image + c * shape.plane() + line * shape.width + left, right - left, value);
}

}  // namespace sslhost::host
