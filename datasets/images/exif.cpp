// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/exif.hpp"

#include <string_view>

namespace sslhost::images {

namespace {

using namespace std::string_view_literals;

constexpr uint32_t kOrientation = 0x0112, kShort = 3, kLong = 4;
constexpr size_t kEntryBytes = 12;

}  // namespace

int exif_orientation(Bytes exif) {
  if (has_text(exif, 0, "Exif\0\0"sv)) exif = exif.subspan(6);
  const bool big = has_text(exif, 0, "MM\0\x2a"sv);
  if (!big && !has_text(exif, 0, "II\x2a\0"sv)) return 1;
  const auto order = big ? std::endian::big : std::endian::little;

  // The first table of entries, each a tag, a type, a count and a value.
  const size_t table = number_at(exif, 4, 4, order);
  const size_t entries = number_at(exif, table, 2, order);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = table + 2 + i * kEntryBytes;
    if (number_at(exif, entry, 2, order) != kOrientation) continue;
    const uint32_t type = number_at(exif, entry + 2, 2, order);
    if (type != kShort && type != kLong) return 1;
    const uint32_t value = number_at(exif, entry + 8, type == kShort ? 2 : 4, order);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace sslhost::images
