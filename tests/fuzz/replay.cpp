// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over the files of folders, in the order of their names, without libFuzzer:
// what was found once stays found. Exit code 1 where a file's run throws, or there is no file.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

bool passes(const fs::path& file) {
  std::printf("%s\n", file.c_str());
  std::fflush(stdout);  // known, should the process die of it
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  try {
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    return true;
  } catch (const std::exception& error) {
    std::printf("FAILED %s: %s\n", file.c_str(), error.what());
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  int all = 0, failed = 0;
  for (int i = 1; i < argc; ++i) {
    const auto files = files_in(argv[i]);
    if (files.empty()) {
      std::printf("FAILED %s: no file there\n", argv[i]);
      ++failed;
    }
    for (const auto& file : files) {
      ++all;
      failed += !passes(file);
    }
  }
  std::printf("%d inputs, %d failed\n", all, failed);
  return failed == 0 && all > 0 ? 0 : 1;
}
