// SPDX-License-Identifier: Apache-2.0
#include "host/report/png.hpp"

#include <vector>

#include <png.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

bool is_gray(const Raster& raster) {
  for (std::size_t i = 0; i < raster.pixels.size(); i += 3)
    if (raster.pixels[i] != raster.pixels[i + 1] || raster.pixels[i] != raster.pixels[i + 2])
      return false;
  return true;
}

std::vector<std::uint8_t> first_channel(const Raster& raster) {
  std::vector<std::uint8_t> gray(raster.pixels.size() / 3);
  for (std::size_t i = 0; i < gray.size(); ++i) gray[i] = raster.pixels[3 * i];
  return gray;
}

}  // namespace

std::string encode_png(const Raster& raster) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(raster.width);
  image.height = static_cast<png_uint_32>(raster.height);
  const bool gray = is_gray(raster);
  image.format = gray ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  const auto pixels = gray ? first_channel(raster) : raster.pixels;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr))
    throw Error(ExitCode::bug, {"libpng", "a picture", image.message});
  bytes.resize(size);
  return bytes;
}

}  // namespace sslhost::host
