// SPDX-License-Identifier: Apache-2.0
#include "datasets/cifar10/batch.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include <zlib.h>

#include "sslhost/error.hpp"

#include "datasets/delimited/other_content.hpp"
#include "datasets/delimited/text.hpp"

namespace sslhost::cifar10 {

namespace {

constexpr const char* kAgain = "copy, unpack or download the file again";
constexpr size_t kCompared = 4000;
constexpr uLong kOfficial = 0xcf493165;

[[noreturn]] void fail(std::string where, std::string expected, std::string found) {
  throw Error(ExitCode::data, {std::move(where), std::move(expected), std::move(found), kAgain});
}

}  // namespace

void append_batch(std::span<const uint8_t> bytes, const Place& place, Part& part) {
  // No record begins so: its first byte is a label from 0 to 9.
  const auto other = delimited::other_content(
      {reinterpret_cast<const char*>(bytes.data()), std::min<size_t>(bytes.size(), 64)});
  if (!other.empty()) fail(place(0), "records of 3073 bytes", other);
  if (bytes.size() > kMostBytes)
    fail(place(kMostBytes), "the end after at most 10000 records of 3073 bytes", "more bytes");
  const size_t rest = bytes.size() % kRecord;
  if (bytes.empty() || rest != 0)
    fail(place(bytes.size() - rest), "a record of 3073 bytes", std::to_string(rest) + " bytes");
  const size_t count = bytes.size() / kRecord;
  part.labels.reserve(part.labels.size() + count);
  part.pixels.reserve(part.pixels.size() + count * kPixels);
  for (; !bytes.empty(); bytes = bytes.subspan(kRecord)) {
    const uint8_t label = bytes[0];
    if (label >= kClasses)
      fail(place((count - bytes.size() / kRecord) * kRecord), "a label from 0 to 9",
           std::to_string(label));
    part.labels.push_back(label);
    part.pixels.insert(part.pixels.end(), bytes.begin() + 1, bytes.begin() + kRecord);
  }
}

std::vector<std::string> read_names(std::span<const uint8_t> bytes, const Place& place) {
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  std::vector<std::string> names;
  size_t start = 0;
  for (std::string line; std::getline(lines, line);) {
    const size_t next = start + line.size() + 1;
    if (names.empty() && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // a byte order mark
    if (line.ends_with('\r')) line.pop_back();
    const bool plain = line.size() <= 60 && std::ranges::all_of(line, [](unsigned char c) {
                         return c >= ' ' && c != 127;
                       });
    if (!delimited::is_utf8(line))
      throw Error(ExitCode::data,
                  {place(start) + ", line " + std::to_string(names.size() + 1),
                   "the name of a class in UTF-8", "bytes of another encoding",
                   "convert it, from Latin-1 for example: iconv -f latin1 -t utf-8"});
    if (!plain) fail(place(start), "the name of a class, of at most 60 characters", "other bytes");
    if (std::ranges::find(names, line) != names.end())
      fail(place(start), "ten different names", line + " again");
    if (!line.empty()) names.push_back(line);  // the official file ends with an empty line
    start = next;
  }
  if (names.size() != kClasses)
    fail(place(0), "the names of 10 classes, one a line", std::to_string(names.size()) + " names");
  return names;
}

std::vector<std::string> official_names() {
  return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
}

bool begins_as_official(const Part& train) {
  if (train.labels.size() < kCompared) return false;
  uLong sum = crc32_z(0, nullptr, 0);
  for (size_t i = 0; i < kCompared; ++i) {
    sum = crc32_z(sum, &train.labels[i], 1);
    sum = crc32_z(sum, &train.pixels[i * kPixels], kPixels);
  }
  return sum == kOfficial;
}

}  // namespace sslhost::cifar10
