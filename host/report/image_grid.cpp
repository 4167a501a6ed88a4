// SPDX-License-Identifier: Apache-2.0
#include "host/report/image_grid.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

constexpr Color kBack = {255, 255, 255}, kText = {28, 32, 36};
// Sides of an image in the grid, in pixels: large enough for 8 by 8 digits, small enough for ten
// in a row on a screen.
constexpr std::int64_t kEnlargedTo = 64, kReducedFrom = 112;
constexpr std::int64_t kGap = 4, kMargin = 8, kLineGap = 4;

/// How many pixels of the picture a pixel is wide, or how many pixels share one.
struct Zoom {
  std::int64_t enlarge = 1, reduce = 1;
  std::int64_t of(std::int64_t side) const {
    return std::max<std::int64_t>(1, side * enlarge / reduce);
  }
};

Zoom zoom_for(const Images& images) {
  const auto side = std::max(images.height, images.width);
  if (side <= kEnlargedTo) return {.enlarge = kEnlargedTo / side};
  return {.reduce = side > kReducedFrom ? (side + kReducedFrom - 1) / kReducedFrom : 1};
}

std::vector<std::string> lines_of(const std::string& caption) {
  std::vector<std::string> lines(1);
  for (const char c : caption) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

struct Layout {
  Zoom zoom;
  std::int64_t label = 0;                 // width of the labels, with the gap behind them
  std::int64_t across = 0, down = 0;      // from one image to the next
  std::int64_t columns = 0, caption = 0;  // lines of the longest caption
  std::int64_t width = 0, height = 0;
};

Layout layout_of(const ImageGrid& grid) {
  Layout l{.zoom = zoom_for(grid.images)};
  for (const auto& row : grid.rows) {
    if (!row.label.empty()) l.label = std::max(l.label, text_width(row.label) + kMargin);
    l.columns = std::max(l.columns, static_cast<std::int64_t>(row.images.size()));
  }
  std::int64_t widest = l.zoom.of(grid.images.width);
  for (const auto& caption : grid.captions) {
    const auto lines = lines_of(caption);
    l.caption = std::max(l.caption, static_cast<std::int64_t>(lines.size()));
    for (const auto& line : lines) widest = std::max(widest, text_width(line) + kGap);
  }
  l.across = widest + kGap;
  l.down = l.zoom.of(grid.images.height) + kGap;
  if (l.caption > 0) l.down += l.caption * (kTextHeight + kLineGap) + kGap;
  l.width = 2 * kMargin + l.label + l.columns * l.across - kGap;
  l.height = 2 * kMargin + static_cast<std::int64_t>(grid.rows.size()) * l.down - kGap;
  return l;
}

/// Mean of the source pixels that make the pixel (x, y) of the picture.
std::uint8_t pixel(const Images& images, std::int64_t image, std::int64_t channel, std::int64_t x,
                   std::int64_t y, const Zoom& zoom) {
  const auto* first = &images.pixels[static_cast<std::size_t>((image * images.channels + channel) *
                                                              images.height * images.width)];
  if (zoom.reduce == 1) return first[y / zoom.enlarge * images.width + x / zoom.enlarge];
  const auto bottom = std::min(images.height, (y + 1) * zoom.reduce);
  const auto right = std::min(images.width, (x + 1) * zoom.reduce);
  std::int64_t sum = 0, count = 0;
  for (auto v = y * zoom.reduce; v < bottom; ++v)
    for (auto u = x * zoom.reduce; u < right; ++u, ++count) sum += first[v * images.width + u];
  return static_cast<std::uint8_t>((sum + count / 2) / std::max<std::int64_t>(1, count));
}

void draw_image(Raster& raster, std::int64_t left, std::int64_t top, const Images& images,
                std::int64_t image, const Zoom& zoom) {
  for (std::int64_t y = 0; y < zoom.of(images.height); ++y) {
    for (std::int64_t x = 0; x < zoom.of(images.width); ++x) {
      auto* to = raster.at(left + x, top + y);
      if (images.channels == 3) {
        for (int c = 0; c < 3; ++c) to[c] = pixel(images, image, c, x, y, zoom);
      } else {
        std::int64_t sum = 0;
        for (std::int64_t c = 0; c < images.channels; ++c)
          sum += pixel(images, image, c, x, y, zoom);
        to[0] = to[1] = to[2] = static_cast<std::uint8_t>(sum / images.channels);
      }
    }
  }
}

void check(const ImageGrid& grid) {
  const auto& i = grid.images;
  const bool whole =
      i.channels > 0 && i.height > 0 && i.width > 0 &&
      i.pixels.size() == static_cast<std::size_t>(i.count * i.channels * i.height * i.width) &&
      (grid.captions.empty() || grid.captions.size() == static_cast<std::size_t>(i.count));
  bool inside = !grid.rows.empty();
  for (const auto& row : grid.rows)
    for (const auto at : row.images) inside = inside && at >= 0 && at < i.count;
  if (!whole || !inside)
    throw Error(ExitCode::bug,
                {"picture", "images of the stated shape, and rows of them", "other"});
}

}  // namespace

std::vector<GridRow> grid_rows(std::int64_t count, std::int64_t columns) {
  std::vector<GridRow> rows;
  for (std::int64_t i = 0; i < count; ++i) {
    if (i % columns == 0) rows.emplace_back();
    rows.back().images.push_back(i);
  }
  return rows;
}

Raster one_image(const Images& images, std::int64_t image) {
  check({images, {{"", {image}}}, {}});
  Raster raster(images.width, images.height, kBack);
  draw_image(raster, 0, 0, images, image, {});
  return raster;
}

Raster draw_image_grid(const ImageGrid& grid) {
  check(grid);
  const auto l = layout_of(grid);
  Raster raster(l.width, l.height, kBack);
  const auto high = l.zoom.of(grid.images.height);
  std::int64_t y = kMargin;
  for (const auto& row : grid.rows) {
    draw_text(raster, kMargin, y + (high - kTextHeight) / 2, row.label, kText);
    std::int64_t x = kMargin + l.label;
    for (const auto image : row.images) {
      draw_image(raster, x, y, grid.images, image, l.zoom);
      std::int64_t below = y + high + kLineGap;
      if (!grid.captions.empty()) {
        for (const auto& line : lines_of(grid.captions[static_cast<std::size_t>(image)])) {
          draw_text(raster, x, below, line, kText);
          below += kTextHeight + kLineGap;
        }
      }
      x += l.across;
    }
    y += l.down;
  }
  return raster;
}

}  // namespace sslhost::host
