// SPDX-License-Identifier: Apache-2.0
#pragma once

// Picture files into a file of pixels, on all cores.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "datasets/images/open_file.hpp"
#include "datasets/images/resize.hpp"

namespace sslhost::images {

struct Picture {
  std::filesystem::path file;
  std::string name;      ///< unique; how people are told of it
  int64_t bytes = 0;     ///< size and time when it was listed
  int64_t modified = 0;  ///< ns since 1970
};

/// Where a file cannot be asked, its size is -1: decoding will say why.
Picture picture(std::filesystem::path file, std::string name);

struct Preparation {
  int64_t side = 64;
  Fit fit = Fit::crop;
  int64_t channels = 3;                                     ///< or 1: gray
  int64_t bytes() const { return channels * side * side; }  ///< of a picture
};

struct BadPicture {
  size_t index;  ///< in the list that was given
  std::string reason;
  bool passing = false;  ///< it could not be read, now
};

/// Of pictures whose files have 16 bits a value.
struct Depth {
  int64_t pictures = 0;
  int64_t most = 0;  ///< the largest value that any of them has

  void add(int64_t most_of_one) {
    ++pictures;
    if (most_of_one > most) most = most_of_one;
  }
};

/// progress(done, all), from the calling thread, at once and several times a second. May throw.
using Progress = std::function<void(int64_t, int64_t)>;

/// One picture from its file, [channels][side][side]; `depth` learns of it. Throws BadImage.
std::vector<uint8_t> prepare(const Picture& picture, const Preparation& preparation,
                             Depth* depth = nullptr);

struct Outcome {
  std::vector<BadPicture> bad;
  Depth depth;
};

/// Writes the pixels of all good pictures, one after another, to an open file. Throws
/// std::system_error when writing fails.
Outcome prepare_all(const std::vector<Picture>& pictures, const Preparation& preparation,
                    const OpenFile& file, const Progress& progress);

struct InMemory {
  std::vector<uint8_t> pixels;  ///< of all good pictures, one after another
  std::vector<BadPicture> bad;
};
/// The same bytes as prepare_all() writes.
InMemory prepare_in_memory(const std::vector<Picture>& pictures, const Preparation& preparation,
                           const Progress& progress);

}  // namespace sslhost::images
