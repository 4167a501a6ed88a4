// SPDX-License-Identifier: Apache-2.0
// JPEG through libjpeg-turbo with its defaults: exact DCT, smooth upsampling.
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <jerror.h>
#include <jpeglib.h>

#include "datasets/images/codecs.hpp"
#include "datasets/images/exif.hpp"
#include "datasets/images/jump.hpp"

namespace sslhost::images {

namespace {

using namespace std::string_view_literals;

/// Files in use have a dozen. Each costs a pass over the picture, however little is in it.
constexpr int kMostScans = 200;

struct Errors {
  jpeg_error_mgr manager;  // first: libjpeg gives back a pointer to it
  std::jmp_buf exit;
  char words[JMSG_LENGTH_MAX];
};

[[noreturn]] void stop(j_common_ptr info) {
  auto* const errors = reinterpret_cast<Errors*>(info->err);
  info->err->format_message(info, errors->words);
  std::longjmp(errors->exit, 1);
}

/// libjpeg goes on after a warning, with gray where pixels are missing. These tell of nothing
/// missing: bytes between parts, and headers that are odd.
bool is_harmless(int warning) {
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_JFIF_MAJOR ||
         warning == JWRN_ADOBE_XFORM || warning == JWRN_NOT_SEQUENTIAL ||
         warning == JWRN_BOGUS_PROGRESSION;
}

/// Level -1 is a warning, others are what libjpeg would tell a developer.
void on_message(j_common_ptr info, int level) {
  if (level < 0 && !is_harmless(info->err->msg_code)) stop(info);
}

void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMostScans) return;
  auto* const errors = reinterpret_cast<Errors*>(info->err);
  std::snprintf(errors->words, sizeof errors->words, "more than %d scans", kMostScans);
  std::longjmp(errors->exit, 1);
}

/// Photoshop's habit, which others follow: stored inverted.
void cmyk_to_rgb(const uint8_t* from, int64_t pixels, uint8_t* to) {
  for (; pixels > 0; --pixels, from += 4, to += 3)
    for (int c = 0; c < 3; ++c) to[c] = static_cast<uint8_t>((from[c] * from[3] + 127) / 255);
}

class Reader {
 public:
  explicit Reader(Bytes file) {
    info_.err = jpeg_std_error(&errors_.manager);
    errors_.manager.error_exit = stop;
    errors_.manager.emit_message = on_message;
    progress_.progress_monitor = on_progress;
    try {
      read_header(file);
    } catch (...) {  // no destructor runs for what was not constructed
      jpeg_destroy_decompress(&info_);
      throw;
    }
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { jpeg_destroy_decompress(&info_); }

  Size size() const { return {info_.image_width, info_.image_height}; }

  int orientation() const {
    for (const auto* part = info_.marker_list; part != nullptr; part = part->next) {
      const Bytes data(part->data, part->data_length);
      if (has_text(data, 0, "Exif\0\0"sv)) return exif_orientation(data);
    }
    return 1;
  }

  Image image() {
    Image image = new_image(size());
    const bool cmyk = info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    if (info_.jpeg_color_space == JCS_UNKNOWN)
      throw BadImage("JPEG with " + std::to_string(info_.num_components) + " color channels");
    info_.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    std::vector<uint8_t> inks(cmyk ? static_cast<size_t>(image.width) * 4 : 0);
    uint8_t *row = image.pixels.data(), *const ink = inks.data();
    run([&] {
      jpeg_start_decompress(&info_);
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW line = cmyk ? ink : row;
        jpeg_read_scanlines(&info_, &line, 1);
        if (cmyk) cmyk_to_rgb(ink, info_.output_width, row);
        row += size_t{3} * info_.output_width;
      }
      jpeg_finish_decompress(&info_);
    });
    return image;
  }

 private:
  void read_header(Bytes file) {
    run([&] {
      jpeg_create_decompress(&info_);
      info_.progress = &progress_;
      jpeg_mem_src(&info_, file.data(), file.size());
      jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xffff);
      jpeg_read_header(&info_, TRUE);
    });
  }

  template <class Step>
  void run(const Step& step) {
    if (ran(errors_.exit, step)) return;
    if (errors_.manager.msg_code == JWRN_JPEG_EOF)
      throw BadImage("cut: the JPEG ends before its picture does");
    // libjpeg has a limit of its own, for one side.
    if (errors_.manager.msg_code == JERR_IMAGE_TOO_BIG) check_size(size());
    throw BadImage("JPEG that cannot be read: " + std::string(errors_.words));
  }

  Errors errors_ = {};
  jpeg_progress_mgr progress_ = {};
  jpeg_decompress_struct info_ = {};
};

}  // namespace

Header jpeg_header(Bytes file) {
  const Reader reader(file);
  return {reader.size(), reader.orientation()};
}

Image jpeg_image(Bytes file) { return Reader(file).image(); }

}  // namespace sslhost::images
