// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/decode.hpp"

#include <mutex>

#include "datasets/images/codecs.hpp"
#include "datasets/images/format.hpp"
#include "datasets/images/upright.hpp"

namespace sslhost::images {

namespace {

/// Of more pixels one picture at a time: with 16 bits and four channels it takes half a gigabyte.
constexpr int64_t kLarge = int64_t{1} << 26;

struct Codec {
  Header (*header)(Bytes);
  Image (*image)(Bytes);
};

Codec codec_of(Bytes file) {
  if (file.empty()) throw BadImage("0 bytes");
  switch (format_of(file)) {
    case Format::jpeg:
      return {jpeg_header, jpeg_image};
    case Format::png:
      return {png_header, png_image};
    case Format::webp:
      return {webp_header, webp_image};
    case Format::gif:
      return {gif_header, gif_image};
    case Format::bmp:
      return {bmp_header, bmp_image};
    case Format::heic:
      throw BadImage("HEIC cannot be read: convert it to JPEG or PNG");
    case Format::avif:
      throw BadImage("AVIF cannot be read: convert it to JPEG or PNG");
    case Format::tiff:
      throw BadImage("TIFF cannot be read: convert it to JPEG or PNG");
    case Format::none:
      break;
  }
  throw BadImage("neither JPEG, PNG, WebP, GIF nor BMP by its content");
}

Header checked_header(const Codec& codec, Bytes file) {
  const Header header = codec.header(file);
  check_size(header.stored);
  return header;
}

}  // namespace

Size size_of(std::span<const uint8_t> file) {
  const auto [stored, orientation] = checked_header(codec_of(file), file);
  return swaps_sides(orientation) ? Size{stored.height, stored.width} : stored;
}

void require_picture(std::span<const uint8_t> beginning) { codec_of(beginning); }

Image decode(std::span<const uint8_t> file) {
  const Codec codec = codec_of(file);
  const Header header = checked_header(codec, file);
  static std::mutex one_at_a_time;
  std::unique_lock alone(one_at_a_time, std::defer_lock);
  if (header.stored.width * header.stored.height > kLarge) alone.lock();
  return upright(codec.image(file), header.orientation);
}

}  // namespace sslhost::images
