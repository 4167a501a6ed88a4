// SPDX-License-Identifier: Apache-2.0
// JPEG files to pixels of one size on one core: as the dataset `images` does it, and by a bare
// libjpeg-turbo with the same settings and the same resize, picture by picture in turn.
//   decode_bench FOLDER [ROUNDS]     one line of JSON
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include <jpeglib.h>

#include "datasets/images/prepare.hpp"
#include "datasets/images/resize.hpp"

namespace {

using namespace sslhost::images;

constexpr Preparation kPreparation = {.side = 224, .fit = Fit::crop};

std::vector<uint8_t> content(const std::filesystem::path& file) {
  std::vector<uint8_t> bytes(std::filesystem::file_size(file));
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

/// No checks: an error of libjpeg-turbo ends the program.
std::vector<uint8_t> bare(const std::filesystem::path& file) {
  const auto bytes = content(file);
  jpeg_decompress_struct info = {};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes.data(), bytes.size());
  jpeg_read_header(&info, TRUE);
  info.out_color_space = JCS_RGB;
  jpeg_start_decompress(&info);
  Image image{info.output_width, info.output_height};
  image.pixels.resize(static_cast<size_t>(image.width * image.height * 3));
  uint8_t* row = image.pixels.data();
  while (info.output_scanline < info.output_height) {
    jpeg_read_scanlines(&info, &row, 1);
    row += image.width * 3;
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return to_planes(image, kPreparation.side, kPreparation.fit);
}

/// Seconds of CPU time, which other processes on the machine do not take away.
double seconds_of(const auto& work) {
  const auto now = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  const double start = now();
  work();
  return now() - start;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: decode_bench FOLDER [ROUNDS]\n", stderr), 2;
  std::vector<Picture> pictures;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1]))
    if (entry.path().extension() == ".jpg")
      pictures.push_back(picture(entry.path(), entry.path().filename()));
  if (pictures.empty()) return std::fprintf(stderr, "no .jpg in %s\n", argv[1]), 2;
  for (const auto& one : pictures)
    if (bare(one.file) != prepare(one, kPreparation))
      return std::fprintf(stderr, "%s: other pixels\n", one.file.c_str()), 1;
  const int rounds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 3;
  double ours = 0, theirs = 0;
  for (int round = 0; round < rounds; ++round)
    for (const auto& one : pictures) {
      ours += seconds_of([&] { prepare(one, kPreparation); });
      theirs += seconds_of([&] { bare(one.file); });
    }
  const auto count = static_cast<double>(pictures.size()) * rounds;
  std::cout << "{\"images_per_second\": " << count / ours << ", \"bare\": " << count / theirs
            << ", \"ratio\": " << theirs / ours << ", \"images\": " << pictures.size() << "}\n";
}
