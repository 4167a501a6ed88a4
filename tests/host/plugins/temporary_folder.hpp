// SPDX-License-Identifier: Apache-2.0
#pragma once

// A folder that is gone after the test, below the system's temporary one (which is sticky, so
// plugins in it are trusted).

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "sslhost-test-XXXXXX").string();
    path_ = std::filesystem::canonical(mkdtemp(name.data()));
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }
  std::filesystem::path copy(const std::filesystem::path& file, const std::string& name) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::filesystem::copy_file(file, path_ / name);
    return path_ / name;
  }
  std::filesystem::path folder(const std::string& name) const {
    std::filesystem::create_directories(path_ / name);
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream input(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), {}};
}

/// A file of the build folder; ctest says where that is.
inline std::filesystem::path built(const std::string& name) {
  const char* folder = std::getenv("SSLHOST_BINARY_DIR");
  if (folder == nullptr)
    throw std::runtime_error("SSLHOST_BINARY_DIR is not set: run this test with ctest");
  return std::filesystem::path(folder) / name;
}
/// One of the plugins of tests/bad_plugins.
inline std::filesystem::path bad_plugin(const std::string& name) {
  return built("tests/bad_plugins") / (name + ".so");
}
