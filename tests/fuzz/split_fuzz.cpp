// SPDX-License-Identifier: Apache-2.0
// A split file. Its hash is put right first, or almost no input would come further than that.

#include "host/data/split_file.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// With the hash that an error says was expected.
std::string with_hash(std::string text, const sslhost::Error& error) {
  const auto& parts = error.parts();
  const auto at = text.find(parts.found);
  if (!parts.where.ends_with("field hash") || parts.expected.size() != 64 || parts.found.empty() ||
      at == std::string::npos)
    return {};
  return text.replace(at, parts.found.size(), parts.expected);
}

void check(const sslhost::host::SplitRecord& record) {
  using sslhost::fuzz::require;
  const auto& split = record.split;
  require(split.labeled.size() == record.labels.size(), "a label for each labeled sample");
  for (const auto id : split.labeled)
    require(id >= 0 && id < split.train_size, "labeled samples of the training part");
  for (const auto label : record.labels)
    require(label >= 0 && label < split.classes, "labels of the classes");
  const auto test_size = split.test_from_training ? split.train_size : split.test_size;
  for (const auto id : split.test) require(id >= 0 && id < test_size, "test samples that exist");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sslhost;
  static fuzz::MemoryFile file;
  const std::string text(fuzz::text_of(data, size));
  std::string mended;
  fuzz::accepted([&] {
    try {
      check(host::load_split(file.holding(text)));
    } catch (const Error& error) {
      mended = with_hash(text, error);
      throw;
    }
  });
  if (!mended.empty()) fuzz::accepted([&] { check(host::load_split(file.holding(mended))); });
  return 0;
}
