// SPDX-License-Identifier: Apache-2.0
// PNG through libpng.
#include <png.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "datasets/images/codecs.hpp"
#include "datasets/images/exif.hpp"
#include "datasets/images/jump.hpp"
#include "datasets/images/on_white.hpp"

namespace sslhost::images {

namespace {

/// What libpng's callbacks are given.
struct Source {
  Bytes rest;
  std::jmp_buf exit;
  bool cut = false;
  char words[128] = {};
};

[[noreturn]] void stop(png_structp png, png_const_charp words) {
  auto* const source = static_cast<Source*>(png_get_error_ptr(png));
  std::snprintf(source->words, sizeof source->words, "%s", words);
  std::longjmp(source->exit, 1);
}

void ignore(png_structp, png_const_charp) {}

void read(png_structp png, png_bytep out, size_t count) {
  auto* const source = static_cast<Source*>(png_get_io_ptr(png));
  if (count > source->rest.size()) {
    source->cut = true;
    png_error(png, "cut");
  }
  std::memcpy(out, source->rest.data(), count);
  source->rest = source->rest.subspan(count);
}

class Reader {
 public:
  explicit Reader(Bytes file) {
    source_.rest = file;
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source_, stop, ignore);
    if (png_ == nullptr) throw BadImage("libpng cannot be started");
    try {
      read_header();
    } catch (...) {  // no destructor runs for what was not constructed
      png_destroy_read_struct(&png_, &info_, nullptr);
      throw;
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  Size size() const {
    return {png_get_image_width(png_, info_), png_get_image_height(png_, info_)};
  }

  Image image() {
    check_size(size());
    int passes = 1;
    run([&] {
      png_set_expand(png_);  // to 8 bits at least, palettes to colors, a transparent color to alpha
      png_set_gray_to_rgb(png_);
      passes = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    // With alpha there are 4 bytes a pixel at first. Interlaced rows are filled in pass by pass.
    const size_t stride = png_get_rowbytes(png_, info_);
    Image image{size().width, size().height};
    image.pixels.resize(stride * static_cast<size_t>(image.height));
    uint8_t* const pixels = image.pixels.data();
    run([&] {
      for (int pass = 0; pass < passes; ++pass)
        for (int64_t y = 0; y < image.height; ++y)
          png_read_row(png_, pixels + stride * static_cast<size_t>(y), nullptr);
      png_read_end(png_, nullptr);  // the rest must be whole too
    });
    if (png_get_bit_depth(png_, info_) == 16) keep_high_bytes(image);
    if (png_get_channels(png_, info_) == 4) {
      put_on_white(pixels, image.width * image.height, pixels);
      image.pixels.resize(image.pixels.size() / 4 * 3);
    }
    return image;
  }

 private:
  /// As libpng's own step from 16 bits to 8 does, but with the largest value of a color.
  void keep_high_bytes(Image& image) const {
    const size_t channels = png_get_channels(png_, info_), colors = channels == 4 ? 3 : channels;
    auto& bytes = image.pixels;
    int64_t most = 0;
    for (size_t i = 0; i < bytes.size() / 2; ++i) {
      if (i % channels < colors)
        most = std::max(most, int64_t{bytes[2 * i]} << 8 | bytes[2 * i + 1]);
      bytes[i] = bytes[2 * i];
    }
    bytes.resize(bytes.size() / 2);
    image.most_of_16_bits = most;
  }

  void read_header() {
    run([&] {
      info_ = png_create_info_struct(png_);
      png_set_read_fn(png_, &source_, read);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_size() is the limit
      png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
      // Texts and color profiles are packed, and may unpack to megabytes.
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
      png_read_info(png_, info_);
    });
  }

  template <class Step>
  void run(const Step& step) {
    if (ran(source_.exit, step)) return;
    throw BadImage(source_.cut ? "cut: the PNG ends before its picture does"
                               : "damaged PNG: " + std::string(source_.words));
  }

  Source source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

/// EXIF may stand after the pixels, so all chunks are walked: a length, a type, data and a sum.
int orientation(Bytes file) {
  constexpr size_t kAround = 12;
  for (size_t at = 8; at < file.size();) {
    const size_t length = number_at(file, at, 4, std::endian::big);
    const size_t data = std::min(file.size(), at + 8);
    if (has_text(file, at + 4, "eXIf"))
      return exif_orientation(file.subspan(data, std::min(length, file.size() - data)));
    at += length + kAround;
  }
  return 1;
}

}  // namespace

Header png_header(Bytes file) { return {Reader(file).size(), orientation(file)}; }

Image png_image(Bytes file) { return Reader(file).image(); }

}  // namespace sslhost::images
