// SPDX-License-Identifier: Apache-2.0
#pragma once

// The pictures in data/, and others put together in memory.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "datasets/images/decode.hpp"

namespace sslhost::images {

using Buffer = std::vector<uint8_t>;

inline std::filesystem::path data_folder() {
  const char* source = std::getenv("SSLHOST_SOURCE_DIR");
  if (source == nullptr)
    throw std::runtime_error("SSLHOST_SOURCE_DIR is not set: run this test with ctest");
  return std::filesystem::path(source) / "tests/datasets/images/data";
}

inline Buffer file_bytes(const std::string& name) {
  std::ifstream file(data_folder() / name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// All pictures in data/, without what is expected of them.
inline std::set<std::string> picture_names() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(data_folder()))
    if (entry.path().extension() != ".ppm" && entry.path().extension() != ".md")
      names.insert(entry.path().filename().string());
  return names;
}

/// What Pillow made of a picture.
inline Image expected_image(const std::string& name) {
  std::ifstream file(data_folder() / (name + ".ppm"), std::ios::binary);
  std::string magic;
  Image image;
  int most = 0;
  if (!(file >> magic >> image.width >> image.height >> most) || magic != "P6" || most != 255)
    throw std::runtime_error("cannot read " + name + ".ppm");
  file.get();
  image.pixels.assign(std::istreambuf_iterator<char>(file), {});
  return image;
}

inline Buffer text_bytes(std::string_view text) { return {text.begin(), text.end()}; }

inline Buffer joined(std::initializer_list<Buffer> parts) {
  Buffer all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Buffer first_bytes(const Buffer& bytes, size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// `count` bytes of `value`, the highest first.
inline Buffer big_endian(uint32_t value, size_t count = 4) {
  Buffer bytes;
  for (size_t i = count; i-- > 0;) bytes.push_back(static_cast<uint8_t>(value >> 8 * i));
  return bytes;
}

/// With its length before it and a right sum behind it.
inline Buffer png_chunk(std::string_view type, const Buffer& data) {
  const Buffer summed = joined({text_bytes(type), data});
  uint32_t sum = 0xffffffff;  // CRC-32, bit by bit
  for (const uint8_t byte : summed) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return joined({big_endian(static_cast<uint32_t>(data.size())), summed, big_endian(~sum)});
}

/// What is wrong with it; empty, and the test failed, where nothing is.
inline std::string reason(const Buffer& file) {
  try {
    decode(file);
  } catch (const BadImage& bad) {
    return bad.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace sslhost::images
