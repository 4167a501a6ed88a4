// SPDX-License-Identifier: Apache-2.0
// What torch.save() wrote: zip archives and pickles. Nothing of it may run, whatever it says.

#include "host/storage/safetensors_header.hpp"
#include "host/weights/state_dict.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  fuzz::accepted([&] {
    const auto bytes = std::as_bytes(std::span(data, size));
    size_t all = 0;
    for (const auto& tensor : host::read_state_dict(bytes, "weights.pth")) {
      auto count = static_cast<size_t>(host::element_size(tensor.type));
      for (const auto length : tensor.shape) count *= static_cast<size_t>(length);
      fuzz::require(tensor.bytes.size() == count, "bytes as many as type and shape say");
      all += count;
    }
    fuzz::require(all <= 4 * size + (1 << 20), "tensors of at most four times the file");
  });
  return 0;
}
