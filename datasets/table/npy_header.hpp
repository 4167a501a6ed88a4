// SPDX-License-Identifier: Apache-2.0
#pragma once

// The header of an .npy file, NumPy's format for one array, versions 1 to 3
// (numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a Python dictionary in text.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sslhost::table {

struct NpyHeader {
  char kind = 0;    ///< 'f' float, 'i' int, 'u' unsigned, 'b' bool
  size_t size = 0;  ///< bytes of a value
  bool fortran_order = false;
  std::vector<int64_t> shape = {};
  size_t offset = 0;  ///< of the values

  int64_t values() const {
    int64_t all = 1;
    for (const auto length : shape) all *= length;
    return all;
  }
};

/// Of a whole file. Throws Error (data) for what is no such file, a type that cannot be read, and
/// for a shape that promises more or fewer bytes than there are.
NpyHeader npy_header(std::span<const uint8_t> file, const std::string& name);

/// Whether a file may be one, by its first bytes.
bool is_npy(std::span<const uint8_t> file);

}  // namespace sslhost::table
