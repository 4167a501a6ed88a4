// SPDX-License-Identifier: Apache-2.0
// CIFAR-10's archive, plain or gzip: paths, links and sizes of the entries of a tar file.

#include "datasets/cifar10/archive.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static const std::vector<cifar10::Wanted> wanted = {{"data_batch_1.bin", 4096},
                                                      {"batches.meta.txt", 64}};
  fuzz::accepted([&] {
    auto in = idx::ByteReader::memory("archive.tar", {data, size});
    for (const auto& [name, bytes] : cifar10::extract(in, "cifar-10-batches-bin", wanted)) {
      const bool first = name == wanted[0].name;
      fuzz::require(first || name == wanted[1].name, "only wanted files");
      fuzz::require(bytes.size() <= wanted[first ? 0 : 1].most + 1, "no more bytes than wanted");
    }
  });
  return 0;
}
