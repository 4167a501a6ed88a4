// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/format.hpp"

#include <algorithm>
#include <string_view>

#include "datasets/images/bytes.hpp"

namespace sslhost::images {

namespace {

using namespace std::string_view_literals;

/// "BM" begins words too. What follows it in a picture is the length of a header, a small number.
bool is_bmp(Bytes file) {
  return has_text(file, 0, "BM") && number_at(file, 14, 4, std::endian::little) < 256;
}

/// AVIF and HEIC share a container, which names what it holds in its first box: a main brand at 8,
/// and from 16 on those it is compatible with.
Format brand_of(Bytes file) {
  const size_t end = std::min<size_t>(file.size(), number_at(file, 0, 4, std::endian::big));
  Format format = Format::none;
  for (size_t at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {
    for (const auto brand : {"avif"sv, "avis"sv})
      if (has_text(file, at, brand)) return Format::avif;
    for (const auto brand :
         {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv, "mif1"sv, "msf1"sv})
      if (has_text(file, at, brand)) format = Format::heic;
  }
  return format;
}

}  // namespace

Format format_of(std::span<const uint8_t> file) {
  if (has_text(file, 0, "\xff\xd8\xff"sv)) return Format::jpeg;
  if (has_text(file, 0, "\x89PNG\r\n\x1a\n"sv)) return Format::png;
  if (has_text(file, 0, "RIFF") && has_text(file, 8, "WEBP")) return Format::webp;
  if (has_text(file, 0, "GIF87a") || has_text(file, 0, "GIF89a")) return Format::gif;
  if (has_text(file, 4, "ftyp")) return brand_of(file);
  // The 43 is of files beyond 4 GB.
  for (const auto start : {"II\x2a\0"sv, "MM\0\x2a"sv, "II\x2b\0"sv, "MM\0\x2b"sv})
    if (has_text(file, 0, start)) return Format::tiff;
  return is_bmp(file) ? Format::bmp : Format::none;
}

}  // namespace sslhost::images
