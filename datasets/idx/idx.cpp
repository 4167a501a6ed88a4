// SPDX-License-Identifier: Apache-2.0
#include "datasets/idx/idx.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <utility>

#include "sslhost/error.hpp"

#include "datasets/delimited/other_content.hpp"

namespace sslhost::idx {

namespace {

constexpr uint32_t kImages = 0x803, kLabels = 0x801;  // unsigned bytes in 3 or 1 dimensions
constexpr size_t kPiece = 1 << 20;

[[noreturn]] void fail(std::string where, std::string expected, std::string found,
                       std::string next) {
  throw Error(ExitCode::data,
              {std::move(where), std::move(expected), std::move(found), std::move(next)});
}

constexpr const char* kAgain = "copy or download the file again";

std::string hex(uint32_t value) {
  std::array<char, 11> text;
  std::snprintf(text.data(), text.size(), "0x%08x", value);
  return text.data();
}

uint32_t read_word(ByteReader& in, const std::string& meaning) {
  const uint64_t start = in.offset();
  std::array<uint8_t, 4> bytes;
  size_t have = 0;
  while (have < bytes.size()) {
    const size_t got = in.read(std::span(bytes).subspan(have));
    if (got == 0)
      fail(in.place(start), meaning + " in 4 bytes", "the end after " + std::to_string(have),
           kAgain);
    have += got;
  }
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

/// Of four bytes where IDX has its magic number: two zeros, type of the values, dimensions.
std::string meaning(uint32_t magic) {
  if (magic == kImages) return ", which marks images";
  if (magic == kLabels) return ", which marks labels";
  constexpr std::pair<uint32_t, const char*> kTypes[] = {
      {0x08, "bytes"},           {0x09, "signed bytes"},   {0x0b, "16-bit integers"},
      {0x0c, "32-bit integers"}, {0x0d, "32-bit numbers"}, {0x0e, "64-bit numbers"}};
  for (const auto& [type, values] : kTypes)
    if (magic >> 8 == type)
      return ", which marks " + std::string(values) + " in " + std::to_string(magic & 255) +
             " dimensions; only bytes are read";
  std::string text;
  for (const int shift : {24, 16, 8, 0}) text += static_cast<char>(magic >> shift & 255);
  const auto other = delimited::other_content(text);
  return other.empty() ? "" : ", the beginning of " + other;
}

void read_magic(ByteReader& in, uint32_t expected, const char* what) {
  const uint32_t magic = read_word(in, std::string("the magic number of IDX ") + what);
  if (magic == expected) return;
  fail(in.place(0), "magic number " + hex(expected) + " of IDX " + what,
       hex(magic) + meaning(magic),
       "check that the file is IDX, plain or gzip, and under its right name");
}

int64_t read_length(ByteReader& in, const std::string& what) {
  const uint32_t length = read_word(in, "the number of " + what);
  if (length == 0) fail(in.place(in.offset() - 4), "at least 1 of " + what, "0", kAgain);
  return length;
}

/// Exactly `count` bytes and then the end. The buffer grows with what arrives, whatever the header
/// says.
std::vector<uint8_t> read_rest(ByteReader& in, size_t count) {
  std::vector<uint8_t> bytes;
  const auto promised = [&] { return std::to_string(count) + " bytes after the header"; };
  size_t have = 0;
  while (have < count) {
    if (have == bytes.size()) bytes.resize(std::min(count, std::max(kPiece, 2 * have)));
    const size_t got = in.read(std::span(bytes).subspan(have));
    if (got == 0) fail(in.place(in.offset()), promised(), std::to_string(have), kAgain);
    have += got;
  }
  uint8_t more;
  if (in.read({&more, 1}) > 0)
    fail(in.place(in.offset() - 1), "the end after " + promised(), "more bytes", kAgain);
  return bytes;
}

void check_all_occur(const std::vector<uint8_t>& labels, int64_t classes, const std::string& file) {
  std::array<bool, kMostClasses> occurs = {};
  for (const uint8_t label : labels) occurs[label] = true;
  for (int64_t k = 0; k < classes; ++k)
    if (!occurs[k])
      fail(file, "every label from 0 to " + std::to_string(classes - 1),
           "none of label " + std::to_string(k), "number the classes from 0 without gaps");
}

}  // namespace

Images read_images(ByteReader& in) {
  read_magic(in, kImages, "images");
  Images images;
  images.count = read_length(in, "images");
  images.height = read_length(in, "rows");
  images.width = read_length(in, "columns");
  int64_t total = 0;
  if (__builtin_mul_overflow(images.height, images.width, &total) ||
      __builtin_mul_overflow(total, images.count, &total))
    fail(in.place(4), "lengths with a product below 2^63",
         std::to_string(images.count) + " x " + std::to_string(images.height) + " x " +
             std::to_string(images.width),
         kAgain);
  images.pixels = read_rest(in, static_cast<size_t>(total));
  return images;
}

std::vector<uint8_t> read_labels(ByteReader& in, int64_t images, int64_t classes,
                                 const std::string& whose) {
  read_magic(in, kLabels, "labels");
  const int64_t count = read_length(in, "labels");
  if (count != images)
    fail(in.place(4), std::to_string(images) + " labels, as many as images", std::to_string(count),
         "use labels and images of one part of one set");
  const uint64_t first = in.offset();
  auto labels = read_rest(in, static_cast<size_t>(count));
  const auto bad = std::ranges::find_if(labels, [&](uint8_t label) { return label >= classes; });
  if (bad != labels.end())
    fail(in.place(first + static_cast<uint64_t>(bad - labels.begin())),
         "a label from 0 to " + std::to_string(classes - 1) + whose, std::to_string(*bad), kAgain);
  return labels;
}

Set read_set(Readers&& in, int64_t classes) {
  Set set;
  set.train.images = read_images(in.train_images);
  set.train.labels =
      read_labels(in.train_labels, set.train.images.count, classes ? classes : kMostClasses);
  const std::string& labels_file = in.train_labels.name();
  set.classes = classes ? classes : 1 + *std::ranges::max_element(set.train.labels);
  if (set.classes < 2) fail(labels_file, "at least 2 classes", "label 0 only", "use another set");
  check_all_occur(set.train.labels, set.classes, labels_file);

  const Images& train = set.train.images;
  const Images& test = (set.test.images = read_images(in.test_images));
  if (test.height != train.height || test.width != train.width)
    fail(in.test_images.place(8),
         "images of " + std::to_string(train.height) + " x " + std::to_string(train.width) +
             ", as for training",
         std::to_string(test.height) + " x " + std::to_string(test.width), "use files of one set");
  set.test.labels =
      read_labels(in.test_labels, test.count, set.classes, ", the classes of the training part");
  return set;
}

}  // namespace sslhost::idx
