// SPDX-License-Identifier: Apache-2.0
#include "host/weights/save_stored.hpp"

#include <fcntl.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/storage/safetensors_header.hpp"
#include "tests/host/weights/files.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using Metadata = std::map<std::string, std::string>;

std::vector<StoredTensor> read_back(const std::filesystem::path& path) {
  const auto file = open_file(path, O_RDONLY, "a safetensors file");
  const auto header = read_header(file, path);
  std::vector<StoredTensor> tensors;
  for (const auto& entry : header.entries) {
    StoredTensor tensor{entry.name, entry.dtype, entry.shape, {}};
    tensor.bytes.resize(static_cast<std::size_t>(entry.end - entry.begin));
    read_at(file, path, header.data + entry.begin, tensor.bytes);
    tensors.push_back(tensor);
  }
  return tensors;
}

TEST(SaveStored, KeepsEveryTensorAndTheMetadata) {
  const TemporaryFolder folder;
  for (const char* name : {"zip-types", "zip-views", "module"}) {
    const auto tensors = expected_tensors(name);
    save_stored(folder / "f", tensors, {{"origin", name}});
    EXPECT_THAT(read_back(folder / "f"), ::testing::UnorderedElementsAreArray(tensors));
    const auto file = open_file(folder / "f", O_RDONLY, "");
    EXPECT_EQ(read_header(file, folder / "f").metadata, (Metadata{{"origin", name}}));
  }
}

TEST(SaveStored, EqualContentGivesEqualBytes) {
  const TemporaryFolder folder;
  auto tensors = expected_tensors("zip-types");
  save_stored(folder / "a", tensors, {});
  std::reverse(tensors.begin(), tensors.end());
  save_stored(folder / "b", tensors, {});
  EXPECT_EQ(read_text(folder / "a"), read_text(folder / "b"));
}

TEST(SaveStored, LeavesAnEarlierFileWhereItFails) {
  const TemporaryFolder folder;
  const auto path = folder.write("f", "earlier");
  const StoredTensor one{"w", "U8", {1}, {std::byte{1}}};
  const auto fails = [&](const std::vector<StoredTensor>& tensors, const std::string& text) {
    expect_failure(ExitCode::storage, text, [&] { save_stored(path, tensors, {}); });
  };
  fails({one, one}, "tensor 'w': expected names that occur once");
  fails({{"__metadata__", "U8", {1}, {std::byte{1}}}}, "safetensors files keep for their own");
  fails({{"\xff", "U8", {1}, {std::byte{1}}}}, "a name in UTF-8");
  EXPECT_THROW(save_stored(path, {{"w", "F32", {1}, {std::byte{1}}}}, {}), std::invalid_argument);
  EXPECT_EQ(read_text(path), "earlier");
  EXPECT_EQ(sslhost::testing::names_in(folder.path()), (std::set<std::string>{"f"}));
  expect_failure(ExitCode::storage, "none", [&] { save_stored(folder / "none/f", {one}, {}); });
}

}  // namespace
}  // namespace sslhost::host
