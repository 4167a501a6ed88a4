// SPDX-License-Identifier: Apache-2.0
// Weights of another program go through LibTorch's reader and writer with the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/storage/safetensors.hpp"
#include "host/weights/save_stored.hpp"
#include "tests/host/weights/files.hpp"

namespace sslhost::host {
namespace {

TEST(SaveStored, WritesTheBytesOfSaveSafetensors) {
  const sslhost::testing::TemporaryFolder folder;
  for (const char* name : {"zip-types", "old-views", "module"}) {
    save_stored(folder / "light", read_state_dict(data_file(std::string(name) + ".pth")),
                {{"origin", name}});
    save_safetensors(folder / "torch", load_safetensors(folder / "light"));
    EXPECT_EQ(sslhost::testing::read_text(folder / "light"),
              sslhost::testing::read_text(folder / "torch"))
        << name;
  }
}

}  // namespace
}  // namespace sslhost::host
