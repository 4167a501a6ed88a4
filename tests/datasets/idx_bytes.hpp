// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small IDX files, made in memory and damaged at will.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <zlib.h>

#include "sslhost/error.hpp"

namespace sslhost::idx {

using Buffer = std::vector<uint8_t>;

/// A header of these words, then `payload`.
inline Buffer idx_bytes(const std::vector<uint32_t>& words, const Buffer& payload) {
  Buffer bytes;
  for (const uint32_t word : words)
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>(word >> shift));
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

/// Images of 2 x 3 whose pixels count up.
inline Buffer image_bytes(uint32_t count) {
  Buffer pixels(count * 6);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(i);
  return idx_bytes({0x803, count, 2, 3}, pixels);
}

inline Buffer label_bytes(const Buffer& labels) {
  return idx_bytes({0x801, static_cast<uint32_t>(labels.size())}, labels);
}

inline Buffer gzip(const Buffer& bytes) {
  z_stream zip = {};
  deflateInit2(&zip, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  Buffer out(deflateBound(&zip, bytes.size()));
  zip.next_in = const_cast<uint8_t*>(bytes.data());
  zip.avail_in = static_cast<uInt>(bytes.size());
  zip.next_out = out.data();
  zip.avail_out = static_cast<uInt>(out.size());
  deflate(&zip, Z_FINISH);
  out.resize(zip.total_out);
  deflateEnd(&zip);
  return out;
}

inline void write_file(const std::filesystem::path& path, const Buffer& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

/// The four files of a set: `count` images in each part, their labels 0 to classes - 1 in turn.
inline void write_set(const std::filesystem::path& folder, uint32_t count, uint32_t classes) {
  Buffer labels(count);
  for (uint32_t i = 0; i < count; ++i) labels[i] = static_cast<uint8_t>(i % classes);
  for (const std::string part : {"train", "t10k"}) {
    write_file(folder / (part + "-images-idx3-ubyte"), image_bytes(count));
    write_file(folder / (part + "-labels-idx1-ubyte"), label_bytes(labels));
  }
}

/// The Error that `call` throws, if it does.
inline std::optional<Error> error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    return e;
  }
  return std::nullopt;
}

}  // namespace sslhost::idx
