// SPDX-License-Identifier: Apache-2.0
#pragma once

// Arrays as files of NumPy, byte by byte.

#include <string>
#include <vector>

namespace sslhost::table {

/// A file of that version with that dictionary; its header is padded as NumPy does.
inline std::string npy_file(const std::string& dictionary, const std::string& values,
                            int version = 1) {
  std::string text = dictionary;
  const size_t before = version == 1 ? 10 : 12;
  while ((before + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string file = "\x93NUMPY";
  file += static_cast<char>(version);
  file += '\0';
  for (size_t i = 0; i < (version == 1 ? 2u : 4u); ++i)
    file += static_cast<char>(text.size() >> 8 * i & 255);
  return file + text + values;
}

inline std::string dictionary(const std::string& type, const std::string& shape,
                              bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") +
         ", 'shape': " + shape + ", }";
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

}  // namespace sslhost::table
