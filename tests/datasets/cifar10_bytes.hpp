// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small batches and tar archives, made in memory and damaged at will.

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "datasets/cifar10/batch.hpp"
#include "tests/datasets/idx_bytes.hpp"

namespace sslhost::cifar10 {

using idx::Buffer;

/// One record a label; all pixels of a record have the value of its position in the file plus
/// `first`.
inline Buffer batch_bytes(const Buffer& labels, uint8_t first = 0) {
  Buffer bytes;
  for (size_t i = 0; i < labels.size(); ++i) {
    bytes.push_back(labels[i]);
    bytes.insert(bytes.end(), kPixels, static_cast<uint8_t>(first + i));
  }
  return bytes;
}

inline Buffer text_bytes(const std::string& text) { return {text.begin(), text.end()}; }

/// One entry as POSIX ustar has it; `type` '0' file, '1' and '2' links, '5' folder.
inline Buffer tar_entry(const std::string& path, const Buffer& content, char type = '0') {
  char header[512] = {};
  std::snprintf(header, 100, "%s", path.c_str());
  std::snprintf(header + 100, 8, "%07o", 0644);
  std::snprintf(header + 124, 12, "%011zo", content.size());
  std::snprintf(header + 136, 12, "%011o", 0);
  header[156] = type;
  if (type == '1' || type == '2') std::snprintf(header + 157, 100, "/etc/passwd");
  std::memcpy(header + 257, "ustar\00000", 8);
  std::memset(header + 148, ' ', 8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header + 148, 8, "%06o", sum);
  Buffer bytes(header, header + 512);
  bytes.insert(bytes.end(), content.begin(), content.end());
  bytes.resize((bytes.size() + 511) / 512 * 512);
  return bytes;
}

/// Six batches of one record each, in another order than they are read in, and the names.
inline std::vector<std::pair<std::string, Buffer>> small_files() {
  return {{"data_batch_1.bin", batch_bytes({0}, 10)},
          {"batches.meta.txt", text_bytes("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n")},
          {"data_batch_3.bin", batch_bytes({2}, 30)},
          {"data_batch_2.bin", batch_bytes({1}, 20)},
          {"test_batch.bin", batch_bytes({9}, 90)},
          {"data_batch_4.bin", batch_bytes({3}, 40)},
          {"data_batch_5.bin", batch_bytes({4}, 50)}};
}

/// An archive of these entries, padded to tar's record as tar does.
inline Buffer tar_of(const std::vector<Buffer>& entries) {
  Buffer bytes;
  for (const auto& entry : entries) bytes.insert(bytes.end(), entry.begin(), entry.end());
  bytes.resize((bytes.size() + 1024 + 10'239) / 10'240 * 10'240);
  return bytes;
}

/// The official layout in small.
inline std::vector<Buffer> small_entries(const std::string& folder = "cifar-10-batches-bin/") {
  std::vector<Buffer> entries;
  if (!folder.empty()) entries.push_back(tar_entry(folder, {}, '5'));
  for (const auto& [name, content] : small_files())
    entries.push_back(tar_entry(folder + name, content));
  entries.push_back(tar_entry(folder + "readme.html", text_bytes("<html>")));
  return entries;
}

}  // namespace sslhost::cifar10
