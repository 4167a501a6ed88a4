// SPDX-License-Identifier: Apache-2.0
// GIF through giflib: the first frame, on a white page.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gif_lib.h>

#include "datasets/images/codecs.hpp"

namespace sslhost::images {

namespace {

constexpr uint8_t kWhite = 255;

int read(GifFileType* gif, GifByteType* out, int count) {
  auto& rest = *static_cast<Bytes*>(gif->UserData);
  const size_t size = std::min(rest.size(), static_cast<size_t>(std::max(count, 0)));
  if (size > 0) std::memcpy(out, rest.data(), size);
  rest = rest.subspan(size);
  return static_cast<int>(size);
}

struct Close {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};

/// Which of `height` rows comes next: all, or every 8th, those between, every 4th, every 2nd.
class Rows {
 public:
  Rows(int64_t height, bool interlaced) : height_(height), step_(interlaced ? 8 : 1) {}

  int64_t next() {
    while (row_ >= height_) {
      step_ = first_ == 0 ? step_ : step_ / 2;
      row_ = first_ = step_ / 2;
    }
    const int64_t row = row_;
    row_ += step_;
    return row;
  }

 private:
  int64_t height_, step_, first_ = 0, row_ = 0;
};

class Reader {
 public:
  /// Reads as far as the header of the first frame.
  explicit Reader(Bytes file) : rest_(file) {
    int error = 0;
    gif_.reset(DGifOpen(&rest_, read, &error));
    if (gif_ == nullptr) fail(error);
    for (;;) {
      GifRecordType type = UNDEFINED_RECORD_TYPE;
      check(DGifGetRecordType(gif_.get(), &type));
      if (type == TERMINATE_RECORD_TYPE) throw BadImage("GIF without a frame");
      if (type == IMAGE_DESC_RECORD_TYPE) break;
      read_extension();
    }
    check(DGifGetImageDesc(gif_.get()));
  }

  /// The screen's, or where the frame is larger, as viewers do, the frame's.
  Size size() const {
    const auto& frame = gif_->Image;
    return {std::max<int64_t>(gif_->SWidth, int64_t{frame.Left} + frame.Width),
            std::max<int64_t>(gif_->SHeight, int64_t{frame.Top} + frame.Height)};
  }

  Image image() {
    const auto frame = gif_->Image;
    if (frame.Width <= 0 || frame.Height <= 0) throw BadImage("GIF whose frame has no pixels");
    const auto colors = palette();
    Image image = new_image(size(), kWhite);
    std::vector<GifPixelType> line(static_cast<size_t>(frame.Width));
    Rows rows(frame.Height, frame.Interlace);
    for (int64_t i = 0; i < frame.Height; ++i) {
      check(DGifGetLine(gif_.get(), line.data(), frame.Width));
      auto out = image.pixels.begin() + ((frame.Top + rows.next()) * image.width + frame.Left) * 3;
      for (const GifPixelType index : line) {
        if (index != transparent_) std::copy_n(colors[index].begin(), 3, out);
        out += 3;
      }
    }
    return image;
  }

 private:
  /// Colors a palette lacks are black.
  std::array<std::array<uint8_t, 3>, 256> palette() const {
    const auto* const map = gif_->Image.ColorMap ? gif_->Image.ColorMap : gif_->SColorMap;
    if (map == nullptr) throw BadImage("GIF without a palette");
    std::array<std::array<uint8_t, 3>, 256> colors = {};
    for (int i = 0; i < std::min(map->ColorCount, 256); ++i)
      colors[static_cast<size_t>(i)] = {map->Colors[i].Red, map->Colors[i].Green,
                                        map->Colors[i].Blue};
    return colors;
  }

  void read_extension() {
    int code = 0;
    GifByteType* block = nullptr;  // its length, then its bytes
    check(DGifGetExtension(gif_.get(), &code, &block));
    while (block != nullptr) {
      GraphicsControlBlock control = {};
      if (code == GRAPHICS_EXT_FUNC_CODE &&
          DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        transparent_ = control.TransparentColor;
      check(DGifGetExtensionNext(gif_.get(), &block));
    }
  }

  void check(int status) const {
    if (status != GIF_OK) fail(gif_->Error);
  }

  [[noreturn]] static void fail(int error) {
    if (error == D_GIF_ERR_READ_FAILED || error == D_GIF_ERR_EOF_TOO_SOON)
      throw BadImage("cut: the GIF ends before its picture does");
    const char* const words = GifErrorString(error);
    throw BadImage("damaged GIF: " + std::string(words ? words : "it cannot be read"));
  }

  Bytes rest_;
  std::unique_ptr<GifFileType, Close> gif_;
  int transparent_ = NO_TRANSPARENT_COLOR;
};

}  // namespace

Header gif_header(Bytes file) { return {Reader(file).size(), 1}; }

Image gif_image(Bytes file) { return Reader(file).image(); }

}  // namespace sslhost::images
