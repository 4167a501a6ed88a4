// SPDX-License-Identifier: Apache-2.0
// randaugment's operations on values. What they do follows Pillow's ImageOps and ImageEnhance,
// which the papers used, without rounding to bytes in between (but for posterize and equalize,
// which are about bytes).
#include <algorithm>
#include <array>
#include <cstddef>

#include "host/data/augment/image_ops.hpp"

namespace sslhost::host {

namespace {

int byte_of(float value) { return static_cast<int>(std::clamp(value, 0.0f, 1.0f) * 255.0f + 0.5f); }

void autocontrast(float* plane, int64_t n) {
  const auto [low, high] = std::minmax_element(plane, plane + n);
  const float from = *low, range = *high - *low;
  if (range <= 0.0f) return;
  for (int64_t i = 0; i < n; ++i) plane[i] = (plane[i] - from) / range;
}

/// Lightness of each pixel: Rec. 601 weights for three channels, else the channels' mean.
std::vector<float> gray_of(const float* image, const ImageShape& shape) {
  const int64_t n = shape.plane();
  std::vector<float> gray(static_cast<size_t>(n));
  const std::array<float, 3> rec601 = {0.299f, 0.587f, 0.114f};
  for (int64_t c = 0; c < shape.channels; ++c) {
    const float weight = shape.channels == 3 ? rec601[static_cast<size_t>(c)]
                                             : 1.0f / static_cast<float>(shape.channels);
    for (int64_t i = 0; i < n; ++i) gray[static_cast<size_t>(i)] += weight * image[c * n + i];
  }
  return gray;
}

void color(float* image, const ImageShape& shape, float factor) {
  const auto gray = gray_of(image, shape);
  const int64_t n = shape.plane();
  for (int64_t c = 0; c < shape.channels; ++c)
    for (int64_t i = 0; i < n; ++i) {
      const float g = gray[static_cast<size_t>(i)];
      image[c * n + i] = g + factor * (image[c * n + i] - g);
    }
}

void contrast(float* image, const ImageShape& shape, float factor) {
  double sum = 0;
  for (const float g : gray_of(image, shape)) sum += g;
  const auto mean = static_cast<float>(sum / static_cast<double>(shape.plane()));
  for (int64_t i = 0; i < shape.pixels(); ++i) image[i] = mean + factor * (image[i] - mean);
}

/// Bytes so that all occur about equally often.
void equalize(float* plane, int64_t n) {
  std::array<int64_t, 256> count{};
  for (int64_t i = 0; i < n; ++i) ++count[static_cast<size_t>(byte_of(plane[i]))];
  size_t last = 255;
  while (last > 0 && count[last] == 0) --last;
  const int64_t step = (n - count[last]) / 255;
  if (step == 0) return;
  std::array<float, 256> target{};
  int64_t below = step / 2;
  for (size_t v = 0; v < 256; ++v) {
    target[v] = static_cast<float>(std::min<int64_t>(255, below / step)) / 255.0f;
    below += count[v];
  }
  for (int64_t i = 0; i < n; ++i) plane[i] = target[static_cast<size_t>(byte_of(plane[i]))];
}

void posterize(float* image, int64_t n, float strength) {
  const int bits = std::min(8, static_cast<int>(strength));
  const int mask = 0xff << (8 - bits);
  for (int64_t i = 0; i < n; ++i) image[i] = static_cast<float>(byte_of(image[i]) & mask) / 255.0f;
}

/// Away from the image smoothed by 1 1 1 / 1 5 1 / 1 1 1, whose border is the image's.
void sharpness(float* plane, int64_t height, int64_t width, float factor) {
  const std::vector<float> old(plane, plane + height * width);
  for (int64_t y = 1; y + 1 < height; ++y)
    for (int64_t x = 1; x + 1 < width; ++x) {
      const auto at = [&](int64_t dy, int64_t dx) {
        return old[static_cast<size_t>((y + dy) * width + x + dx)];
      };
      float sum = 4.0f * at(0, 0);
      for (int64_t dy = -1; dy <= 1; ++dy)
        for (int64_t dx = -1; dx <= 1; ++dx) sum += at(dy, dx);
      const float smooth = sum / 13.0f;
      plane[y * width + x] = smooth + factor * (at(0, 0) - smooth);
    }
}

}  // namespace

void recolor(float* image, const ImageShape& shape, RandOp op, float strength) {
  const int64_t n = shape.plane();
  const auto each_plane = [&](auto&& change) {
    for (int64_t c = 0; c < shape.channels; ++c) change(image + c * n);
  };
  switch (op) {
    case RandOp::autocontrast:
      return each_plane([&](float* plane) { autocontrast(plane, n); });
    case RandOp::brightness:
      for (int64_t i = 0; i < shape.pixels(); ++i) image[i] *= strength;
      return;
    case RandOp::color:
      return color(image, shape, strength);
    case RandOp::contrast:
      return contrast(image, shape, strength);
    case RandOp::equalize:
      return each_plane([&](float* plane) { equalize(plane, n); });
    case RandOp::posterize:
      return posterize(image, shape.pixels(), strength);
    case RandOp::sharpness:
      return each_plane(
          [&](float* plane) { sharpness(plane, shape.height, shape.width, strength); });
    case RandOp::solarize:
      for (int64_t i = 0; i < shape.pixels(); ++i)
        image[i] = image[i] >= strength ? 1.0f - image[i] : image[i];
      return;
    default:
      return;  // identity, and what moves pixels
  }
}

}  // namespace sslhost::host
