// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy, as features and as labels.

#include "datasets/table/npy.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  const auto& path = file.holding(fuzz::text_of(data, size));
  fuzz::accepted([&] {
    const auto header = table::npy_header({data, size}, "array.npy");
    fuzz::require(header.offset + static_cast<size_t>(header.values()) * header.size == size,
                  "as many bytes as the shape says");
  });
  fuzz::accepted([&] {
    const auto array = table::read_array(path);
    volatile float last = 0;
    if (array.rows * array.width() > 0) last = array.values.get()[array.rows * array.width() - 1];
    static_cast<void>(last);
  });
  fuzz::accepted([&] { table::read_numbers(path); });
  return 0;
}
