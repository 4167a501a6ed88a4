// SPDX-License-Identifier: Apache-2.0
// Images of 8 x 8 bytes that stay in their files: train.u8, test.u8 and unlabeled.u8, mapped read
// only, with a byte a label in train.labels and test.labels.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include "sslhost/plugin.hpp"

namespace {

using namespace sslhost;

constexpr int64_t kSide = 8;

/// The bytes of a file as [N,1,8,8], read from the disk when and where they are used.
Tensor map_images(const std::filesystem::path& path) {
  const auto bytes = std::filesystem::file_size(path);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  void* start = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);  // the mapping stays
  if (start == MAP_FAILED)
    throw Error(ExitCode::data, {path.string(), "a file to map", "none", "check --data"});
  return at::from_blob(
      start, {static_cast<int64_t>(bytes) / (kSide * kSide), 1, kSide, kSide},
      [bytes](void* mapped) { ::munmap(mapped, bytes); }, at::kByte);
}

Tensor read_labels(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  auto labels = at::empty({static_cast<int64_t>(bytes.size())}, at::kLong);
  for (size_t i = 0; i < bytes.size(); ++i)
    labels.mutable_data_ptr<int64_t>()[i] = static_cast<uint8_t>(bytes[i]);
  return labels;
}

class MappedImages final : public DatasetReader {
 public:
  struct Options {};
  static void describe(OptionList&, Options&) {}
  explicit MappedImages(const Options&) {}

  Dataset load(const std::string& path) override {
    const std::filesystem::path folder = path;
    return {.classes = {"0", "1"},
            .train = {map_images(folder / "train.u8"), read_labels(folder / "train.labels")},
            .test = {map_images(folder / "test.u8"), read_labels(folder / "test.labels")},
            .unlabeled = {map_images(folder / "unlabeled.u8"), {}},
            .scale = 1.0 / 255};
  }
};

}  // namespace

SSLHOST_DATASET(MappedImages, "mapped-images", "1.0", "Images that stay in their files")
