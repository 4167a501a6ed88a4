// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files in data/, and what PyTorch says is in them.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "host/weights/state_dict.hpp"
#include "host/weights/stored_tensor.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {

inline bool operator==(const StoredTensor& a, const StoredTensor& b) {
  return a.name == b.name && a.type == b.type && a.shape == b.shape && a.bytes == b.bytes;
}

/// For messages of tests.
inline std::ostream& operator<<(std::ostream& out, const StoredTensor& tensor) {
  out << tensor.name << ' ' << tensor.type << ' ';
  for (const auto size : tensor.shape) out << size << 'x';
  for (const auto byte : tensor.bytes) out << ' ' << std::to_integer<int>(byte);
  return out;
}

inline std::filesystem::path data_file(const std::string& name) {
  const char* source = std::getenv("SSLHOST_SOURCE_DIR");
  if (source == nullptr)
    throw std::runtime_error("SSLHOST_SOURCE_DIR is not set: run this test with ctest");
  return std::filesystem::path(source) / "tests/host/weights/data" / name;
}

inline std::string data_text(const std::string& name) {
  return sslhost::testing::read_text(data_file(name));
}

/// Names without ".txt" of what must be read.
inline std::set<std::string> good_names() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(data_file("")))
    if (entry.path().extension() == ".txt") names.insert(entry.path().stem().string());
  return names;
}

inline std::vector<StoredTensor> expected_tensors(const std::string& name) {
  std::istringstream text(data_text(name + ".txt"));
  std::vector<StoredTensor> tensors;
  StoredTensor tensor;
  for (std::string shape, hex; text >> tensor.name >> tensor.type >> shape >> hex;) {
    std::replace(shape.begin(), shape.end(), 'x', ' ');
    std::istringstream sizes(shape);
    tensor.shape.clear();
    for (std::int64_t size = 0; sizes >> size;) tensor.shape.push_back(size);
    tensor.bytes.clear();
    for (std::size_t i = 0; hex != "-" && i < hex.size(); i += 2)
      tensor.bytes.push_back(std::byte(std::stoi(hex.substr(i, 2), nullptr, 16)));
    tensors.push_back(tensor);
  }
  return tensors;
}

inline std::vector<StoredTensor> read_text_of(std::string_view bytes) {
  return read_state_dict(std::as_bytes(std::span(bytes)), "memory.pth");
}

}  // namespace sslhost::host
