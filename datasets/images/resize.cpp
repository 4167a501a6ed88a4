// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/resize.hpp"

#include <algorithm>
#include <cmath>

namespace sslhost::images {

namespace {

constexpr int kChannels = 3;
/// 8 bits of a pixel and 2 for sums that reach beyond it leave 22 of 32 for the weights.
constexpr int kBits = 32 - 8 - 2;

/// What the output samples of one axis are made of.
struct Taps {
  int64_t most;                   ///< weights kept for each
  std::vector<int64_t> first, n;  ///< input samples first..first + n
  std::vector<int32_t> weights;   ///< [output][most], in units of 2^-kBits
};

double triangle(double x) { return std::max(0.0, 1 - std::abs(x)); }

Taps taps_of(int64_t input, double from, double to, int64_t output) {
  const double scale = (to - from) / static_cast<double>(output);
  const double reach = std::max(scale, 1.0);  // enlarging interpolates between two
  Taps taps = {.most = static_cast<int64_t>(std::ceil(reach)) * 2 + 1,
               .first = {},
               .n = {},
               .weights = std::vector<int32_t>()};
  taps.weights.resize(static_cast<size_t>(output * taps.most));
  std::vector<double> raw(static_cast<size_t>(taps.most));
  for (int64_t i = 0; i < output; ++i) {
    const double center = from + (static_cast<double>(i) + 0.5) * scale;
    const auto first = std::max<int64_t>(0, static_cast<int64_t>(center - reach + 0.5));
    const auto end = std::min<int64_t>(input, static_cast<int64_t>(center + reach + 0.5));
    double sum = 0;
    for (int64_t k = first; k < end; ++k)
      sum += raw[k - first] = triangle((static_cast<double>(k) - center + 0.5) / reach);
    for (int64_t k = first; k < end; ++k)
      taps.weights[i * taps.most + k - first] =
          static_cast<int32_t>(std::lround(raw[k - first] / sum * (1 << kBits)));
    taps.first.push_back(first);
    taps.n.push_back(end - first);
  }
  return taps;
}

uint8_t rounded(int32_t sum) { return static_cast<uint8_t>(std::clamp(sum >> kBits, 0, 255)); }

/// Rows top..bottom of the picture, each at its new width.
Image across(const Image& image, const Taps& taps, int64_t width, int64_t top, int64_t bottom) {
  Image out = {.width = width, .height = bottom - top, .pixels = {}};
  out.pixels.resize(static_cast<size_t>(width * out.height * kChannels));
  uint8_t* to = out.pixels.data();
  for (int64_t y = top; y < bottom; ++y) {
    const uint8_t* row = image.pixels.data() + y * image.width * kChannels;
    for (int64_t x = 0; x < width; ++x, to += kChannels) {
      const uint8_t* from = row + taps.first[x] * kChannels;
      const int32_t* weight = taps.weights.data() + x * taps.most;
      int32_t r = 1 << (kBits - 1), g = r, b = r;
      for (int64_t k = 0; k < taps.n[x]; ++k, from += kChannels) {
        r += from[0] * weight[k];
        g += from[1] * weight[k];
        b += from[2] * weight[k];
      }
      to[0] = rounded(r), to[1] = rounded(g), to[2] = rounded(b);
    }
  }
  return out;
}

Image down(const Image& image, const Taps& taps, int64_t height) {
  const int64_t bytes = image.width * kChannels;
  Image out = {.width = image.width, .height = height, .pixels = {}};
  out.pixels.resize(static_cast<size_t>(bytes * height));
  std::vector<int32_t> sums(static_cast<size_t>(bytes));
  for (int64_t y = 0; y < height; ++y) {
    std::fill(sums.begin(), sums.end(), 1 << (kBits - 1));
    for (int64_t k = 0; k < taps.n[y]; ++k) {
      const uint8_t* row = image.pixels.data() + (taps.first[y] + k) * bytes;
      const int32_t weight = taps.weights[y * taps.most + k];
      for (int64_t i = 0; i < bytes; ++i) sums[i] += row[i] * weight;
    }
    std::transform(sums.begin(), sums.end(), out.pixels.begin() + y * bytes, rounded);
  }
  return out;
}

Box whole(const Image& image) {
  return {0, 0, static_cast<double>(image.width), static_cast<double>(image.height)};
}

Box largest_square(const Image& image) {
  const auto w = static_cast<double>(image.width), h = static_cast<double>(image.height);
  const double side = std::min(w, h);
  return {(w - side) / 2, (h - side) / 2, (w + side) / 2, (h + side) / 2};
}

/// In the middle of a black square.
Image padded(const Image& image, int64_t side) {
  const double scale =
      static_cast<double>(side) / static_cast<double>(std::max(image.width, image.height));
  const auto length = [&](int64_t of) {
    return std::clamp<int64_t>(std::llround(static_cast<double>(of) * scale), 1, side);
  };
  const auto small = resized(image, length(image.width), length(image.height), whole(image));
  Image out = {.width = side, .height = side, .pixels = {}};
  out.pixels.resize(static_cast<size_t>(side * side * kChannels));
  const int64_t left = (side - small.width) / 2, top = (side - small.height) / 2;
  const int64_t bytes = small.width * kChannels;
  for (int64_t y = 0; y < small.height; ++y)
    std::copy_n(small.pixels.begin() + y * bytes, bytes,
                out.pixels.begin() + ((top + y) * side + left) * kChannels);
  return out;
}

Image squared(const Image& image, int64_t side, Fit fit) {
  switch (fit) {
    case Fit::crop:
      return resized(image, side, side, largest_square(image));
    case Fit::pad:
      return padded(image, side);
    case Fit::stretch:
      break;
  }
  return resized(image, side, side, whole(image));
}

}  // namespace

Image resized(const Image& image, int64_t width, int64_t height, const Box& part) {
  const auto columns = taps_of(image.width, part.left, part.right, width);
  auto rows = taps_of(image.height, part.top, part.bottom, height);
  // Only the rows that the second pass reads are made.
  const int64_t top = rows.first.front(), bottom = rows.first.back() + rows.n.back();
  for (auto& first : rows.first) first -= top;
  return down(across(image, columns, width, top, bottom), rows, height);
}

std::vector<uint8_t> to_planes(const Image& image, int64_t side, Fit fit) {
  const auto square = squared(image, side, fit);
  const auto pixels = static_cast<size_t>(side * side);
  std::vector<uint8_t> planes(pixels * kChannels);
  for (size_t i = 0; i < pixels; ++i)
    for (size_t c = 0; c < kChannels; ++c)
      planes[c * pixels + i] = square.pixels[i * kChannels + c];
  return planes;
}

std::vector<uint8_t> gray_of(const std::vector<uint8_t>& planes) {
  const size_t pixels = planes.size() / kChannels;
  std::vector<uint8_t> gray(pixels);
  for (size_t i = 0; i < pixels; ++i)  // 0.299, 0.587 and 0.114 of 65536
    gray[i] = static_cast<uint8_t>((19595u * planes[i] + 38470u * planes[pixels + i] +
                                    7471u * planes[2 * pixels + i] + 32768u) >>
                                   16);
  return gray;
}

}  // namespace sslhost::images
