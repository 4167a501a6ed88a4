// SPDX-License-Identifier: Apache-2.0
// The header of a safetensors file: models, checkpoints, published weights.

#include <fcntl.h>

#include "host/storage/safetensors_header.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  const auto read = [&](std::string_view bytes) {
    const auto& path = file.holding(bytes);
    return host::read_header(host::open_file(path, O_RDONLY, "a file"), path);
  };
  fuzz::accepted([&] {
    auto header = read(fuzz::text_of(data, size));
    std::int64_t at = 0;
    for (const auto& entry : header.entries) {
      fuzz::require(entry.begin == at && entry.end >= at, "tensors without holes and overlap");
      at = entry.end;
    }
    fuzz::require(header.data + at == static_cast<std::int64_t>(size), "data up to the file's end");
    const auto text = host::write_header(header);
    auto again = read(text + std::string(static_cast<size_t>(at), '\0'));
    fuzz::require(host::write_header(again) == text && again.metadata == header.metadata,
                  "a header, written and read again, is the same");
  });
  return 0;
}
