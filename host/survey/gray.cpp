// SPDX-License-Identifier: Apache-2.0
#include "host/survey/gray.hpp"

#include <algorithm>

namespace sslhost::host {

namespace {

/// The pixels below one cell, and what share each has in its mean.
struct Cell {
  int64_t first;
  std::vector<float> shares;
};

std::vector<Cell> cells_of(int64_t pixels, int64_t count) {
  std::vector<Cell> cells;
  for (int64_t i = 0; i < count; ++i) {
    const double begin = static_cast<double>(i * pixels) / static_cast<double>(count);
    const double end = static_cast<double>((i + 1) * pixels) / static_cast<double>(count);
    Cell cell = {.first = static_cast<int64_t>(begin), .shares = {}};
    for (auto p = cell.first; p < pixels && static_cast<double>(p) < end; ++p) {
      const auto from = static_cast<double>(p);
      const double covered = std::min(end, from + 1) - std::max(begin, from);
      cell.shares.push_back(static_cast<float>(covered / (end - begin)));
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace

GrayPicture to_gray(const PictureView& picture) {
  const auto count = static_cast<size_t>(picture.height * picture.width);
  GrayPicture gray = {picture.height, picture.width, std::vector<float>(count)};
  // Brightness of color television (BT.601), which JPEG uses too.
  constexpr float kColor[] = {0.299F, 0.587F, 0.114F};
  for (int64_t c = 0; c < picture.channels; ++c) {
    const float weight =
        picture.channels == 3 ? kColor[c] : 1.0F / static_cast<float>(picture.channels);
    const uint8_t* const plane = picture.pixels + c * picture.height * picture.width;
    for (size_t i = 0; i < count; ++i) gray.values[i] += weight * static_cast<float>(plane[i]);
  }
  return gray;
}

GrayPicture shrunk(const GrayPicture& picture, int64_t height, int64_t width) {
  const auto rows = cells_of(picture.height, height), columns = cells_of(picture.width, width);
  GrayPicture small = {height, width, std::vector<float>(static_cast<size_t>(height * width))};
  std::vector<float> line(static_cast<size_t>(picture.width));
  float* to = small.values.data();
  for (const auto& row : rows) {
    std::fill(line.begin(), line.end(), 0.0F);
    const float* from = picture.values.data() + row.first * picture.width;
    for (const float share : row.shares)
      for (auto& value : line) value += share * *from++;
    for (const auto& column : columns) {
      const float* value = line.data() + column.first;
      float mean = 0;
      for (const float share : column.shares) mean += share * *value++;
      *to++ = mean;
    }
  }
  return small;
}

}  // namespace sslhost::host
