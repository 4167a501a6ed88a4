// SPDX-License-Identifier: Apache-2.0
// BMP, without compression. Numbers are little-endian, rows padded to 4 bytes.
#include <algorithm>
#include <array>
#include <bit>
#include <initializer_list>
#include <string>

#include "datasets/images/codecs.hpp"
#include "datasets/images/on_white.hpp"
#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

constexpr size_t kFileHeader = 14, kMasksAt = 54;
constexpr uint32_t kOldHeader = 12, kOs2Header = 64, kHeaderWithAlpha = 56;
constexpr uint32_t kPlain = 0, kRle8 = 1, kRle4 = 2, kMasks = 3;

uint32_t u16(Bytes file, size_t at) { return number_at(file, at, 2, std::endian::little); }
uint32_t u32(Bytes file, size_t at) { return number_at(file, at, 4, std::endian::little); }

struct Layout {
  Size size;
  uint32_t header_bytes = 0, bits = 0, compression = kPlain, colors = 0;
  bool top_down = false;
  size_t pixels_at = 0;
};

void check_layout(const Layout& layout) {
  const uint32_t packing = layout.compression;
  if (packing == kRle4 || packing == kRle8)
    throw BadImage("BMP with RLE compression cannot be read: save it without, or as PNG");
  const bool wide = layout.bits == 16 || layout.bits == 32;
  if (packing != kPlain && (packing != kMasks || !wide || layout.header_bytes == kOs2Header))
    throw BadImage("BMP with compression " + std::to_string(packing) +
                   " cannot be read: save it without, or as PNG");
  constexpr std::array<uint32_t, 6> kBits = {1, 4, 8, 16, 24, 32};
  if (std::ranges::find(kBits, layout.bits) == kBits.end())
    throw BadImage("damaged BMP: " + std::to_string(layout.bits) + " bits a pixel");
  check_size(layout.size);
}

Layout read_layout(Bytes file) {
  Layout layout;
  layout.header_bytes = u32(file, kFileHeader);
  layout.pixels_at = u32(file, 10);
  if (file.size() < kFileHeader + 4 || file.size() - kFileHeader < layout.header_bytes)
    throw BadImage("cut: the BMP ends inside its header");
  constexpr std::array<uint32_t, 7> kKnown = {kOldHeader, 40,  52, kHeaderWithAlpha,
                                              kOs2Header, 108, 124};
  if (std::ranges::find(kKnown, layout.header_bytes) == kKnown.end())
    throw BadImage("damaged BMP: a header of " + std::to_string(layout.header_bytes) + " bytes");
  if (layout.pixels_at < kFileHeader + layout.header_bytes)
    throw BadImage("damaged BMP: pixels inside the header");
  if (layout.header_bytes == kOldHeader) {
    layout.size = {u16(file, 18), u16(file, 20)};
    layout.bits = u16(file, 24);
  } else {
    const int64_t height = static_cast<int32_t>(u32(file, 22));
    layout.top_down = height < 0;
    layout.size = {static_cast<int32_t>(u32(file, 18)), layout.top_down ? -height : height};
    layout.bits = u16(file, 28);
    layout.compression = u32(file, 30);
    layout.colors = u32(file, 46);
  }
  check_layout(layout);
  return layout;
}

/// One channel of a pixel that is a number: the bits of a mask, spread over 0 to 255.
class Channel {
 public:
  /// Of more than 8 bits, the upper 8. `absent` is its value where the mask is empty.
  Channel(uint32_t mask, uint8_t absent) {
    levels_.fill(absent);
    if (mask == 0) return;
    const int width = std::popcount(mask), low = std::countr_zero(mask);
    if (std::countl_zero(mask) + width + low != 32) throw BadImage("damaged BMP: a mask with gaps");
    const int kept = std::min(width, 8);
    shift_ = low + width - kept;
    most_ = (1u << kept) - 1;
    for (uint32_t i = 0; i <= most_; ++i) levels_[i] = static_cast<uint8_t>(i * 255 / most_);
  }

  uint8_t of(uint32_t pixel) const { return levels_[pixel >> shift_ & most_]; }

 private:
  int shift_ = 0;
  uint32_t most_ = 0;
  std::array<uint8_t, 256> levels_;
};

using Palette = std::array<std::array<uint8_t, 3>, 256>;

/// Colors it lacks are black.
Palette read_palette(Bytes file, const Layout& layout) {
  const size_t entry = layout.header_bytes == kOldHeader ? 3 : 4;
  const size_t start = kFileHeader + layout.header_bytes;
  const size_t room = (std::min(layout.pixels_at, file.size()) - start) / entry;
  const size_t most = size_t{1} << layout.bits;
  const size_t told = layout.colors == 0 ? most : std::min<size_t>(layout.colors, most);
  Palette palette = {};
  for (size_t i = 0; i < std::min(told, room); ++i)
    for (size_t c = 0; c < 3; ++c) palette[i][c] = file[start + i * entry + 2 - c];
  return palette;
}

/// Calls paint(row in the file, first byte of the row in the picture) for each.
template <class Paint>
Image painted(Bytes file, const Layout& layout, const Paint& paint) {
  const auto [width, height] = layout.size;
  const int64_t needed = (width * layout.bits + 7) / 8, stride = (needed + 3) / 4 * 4;
  // The padding of the last row is not missed.
  const int64_t missing = static_cast<int64_t>(layout.pixels_at) + stride * (height - 1) + needed -
                          static_cast<int64_t>(file.size());
  if (missing > 0) throw BadImage("cut: " + grouped(missing) + " bytes of pixels are missing");
  Image image = new_image(layout.size);
  for (int64_t i = 0; i < height; ++i) {
    const int64_t y = layout.top_down ? i : height - 1 - i;
    paint(file.subspan(layout.pixels_at + static_cast<size_t>(stride * i)),
          image.pixels.data() + y * width * 3);
  }
  return image;
}

Image palette_image(Bytes file, const Layout& layout) {
  const Palette palette = read_palette(file, layout);
  const size_t bits = layout.bits, most = (size_t{1} << bits) - 1;
  const size_t width = static_cast<size_t>(layout.size.width);
  return painted(file, layout, [&](Bytes row, uint8_t* out) {
    for (size_t x = 0; x < width; ++x) {  // the leftmost pixel has the highest bits
      const size_t first = x * bits;
      const size_t index = row[first / 8] >> (8 - bits - first % 8) & most;
      out = std::copy_n(palette[index].begin(), 3, out);
    }
  });
}

Image color_image(Bytes file, const Layout& layout) {
  std::array<uint32_t, 4> masks = {0xff0000, 0xff00, 0xff, 0};
  if (layout.bits == 16) masks = {0x7c00, 0x3e0, 0x1f, 0};
  if (layout.compression == kMasks)  // behind the old header, inside the newer ones
    for (size_t c = 0; c < (layout.header_bytes >= kHeaderWithAlpha ? 4 : 3); ++c)
      masks[c] = u32(file, kMasksAt + 4 * c);
  const Channel red(masks[0], 0), green(masks[1], 0), blue(masks[2], 0), alpha(masks[3], 255);
  const size_t bytes = layout.bits / 8, width = static_cast<size_t>(layout.size.width);
  return painted(file, layout, [&](Bytes row, uint8_t* out) {
    for (size_t x = 0; x < width; ++x, out += 3) {
      const uint32_t pixel = number_at(row, x * bytes, bytes, std::endian::little);
      const uint8_t opacity = alpha.of(pixel);
      out[0] = on_white(red.of(pixel), opacity);
      out[1] = on_white(green.of(pixel), opacity);
      out[2] = on_white(blue.of(pixel), opacity);
    }
  });
}

}  // namespace

Header bmp_header(Bytes file) { return {read_layout(file).size, 1}; }

Image bmp_image(Bytes file) {
  const Layout layout = read_layout(file);
  return layout.bits <= 8 ? palette_image(file, layout) : color_image(file, layout);
}

}  // namespace sslhost::images
