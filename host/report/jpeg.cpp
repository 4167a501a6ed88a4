// SPDX-License-Identifier: Apache-2.0
#include "host/report/jpeg.hpp"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <jpeglib.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

constexpr int kQuality = 85;

struct Errors {
  jpeg_error_mgr manager;  // first: libjpeg gives back a pointer to it
  std::jmp_buf exit;
};

[[noreturn]] void stop(j_common_ptr info) {
  std::longjmp(reinterpret_cast<Errors*>(info->err)->exit, 1);
}

/// Nothing in here has a destructor: an error leaves it by a jump. False: refused.
bool write(const Raster& raster, unsigned char** bytes, unsigned long* size) {
  jpeg_compress_struct info;
  Errors errors;
  info.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = stop;
  if (setjmp(errors.exit)) {
    jpeg_destroy_compress(&info);
    return false;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, bytes, size);
  info.image_width = static_cast<JDIMENSION>(raster.width);
  info.image_height = static_cast<JDIMENSION>(raster.height);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, kQuality, TRUE);
  info.optimize_coding = TRUE;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPLE*>(raster.at(0, info.next_scanline));
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return true;
}

}  // namespace

std::string encode_jpeg(const Raster& raster) {
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const bool written = write(raster, &bytes, &size);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(bytes, std::free);
  if (!written)
    throw Error(ExitCode::bug,
                {"libjpeg", "a picture of 1 to 65,500 pixels a side",
                 std::to_string(raster.width) + " by " + std::to_string(raster.height)});
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace sslhost::host
