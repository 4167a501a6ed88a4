// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/record_reader.hpp"

#include <cstddef>
#include <cstring>

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/built.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;

State state_of(const std::filesystem::path& file) {
  const auto reading = read_record(file);
  EXPECT_EQ(reading.state == State::ready, reading.reason.empty())
      << file << ": " << reading.reason;
  return reading.state;
}

TEST(RecordReader, ReadsWhatTheMacroWrote) {
  const auto reading = read_record(bad_plugin("aborts_in_step"));
  ASSERT_TRUE(reading.record) << reading.reason;
  EXPECT_EQ(reading.state, State::ready);
  EXPECT_EQ(reading.record->kind, PluginKind::method);
  EXPECT_STREQ(reading.record->id, "aborts_in_step");
  EXPECT_STREQ(reading.record->version, "1.0");
  EXPECT_STREQ(reading.record->summary, "test material");
  EXPECT_EQ(reading.record->platform.sdk_minor, kSdkMinor);
}

TEST(RecordReader, NamesWhatIsNotAPlugin) {
  const TemporaryFolder folder;
  EXPECT_EQ(state_of(folder.path() / "missing.so"), State::unreadable);
  EXPECT_EQ(state_of(folder.path()), State::foreign);
  EXPECT_EQ(state_of(folder.write("empty.so", "")), State::empty);
  EXPECT_EQ(state_of(folder.write("text.so", "#!/bin/sh\necho hello\n")), State::foreign);
  EXPECT_EQ(state_of(folder.write("one.so", "\x7f")), State::foreign);
  EXPECT_EQ(state_of("/proc/self/exe"), State::foreign);
}

TEST(RecordReader, IsNotHeldUpByANamedPipe) {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe.so";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(state_of(pipe), State::foreign);
}

TEST(RecordReader, FindsEveryTruncation) {
  const TemporaryFolder folder;
  const auto whole = read_text(bad_plugin("null_entry"));
  ASSERT_GT(whole.size(), 4096u);
  for (size_t length = 4; length < whole.size(); length += length < 128 ? 1 : 509)
    EXPECT_EQ(state_of(folder.write("cut.so", whole.substr(0, length))), State::truncated)
        << length;
  EXPECT_EQ(state_of(folder.write("cut.so", whole.substr(0, whole.size() - 1))), State::truncated);
}

TEST(RecordReader, SurvivesAnyByteThatIsWrong) {
  const TemporaryFolder folder;
  const auto whole = read_text(bad_plugin("null_entry"));
  const size_t tables = whole.size() - 2500;  // the section headers are at the end
  for (size_t at = 0; at < whole.size(); at += at < 800 || at > tables ? 3 : 997) {
    auto wrong = whole;
    wrong[at] = static_cast<char>(~wrong[at]);
    const auto reading = read_record(folder.write("wrong.so", wrong));
    EXPECT_EQ(reading.state == State::ready, reading.record.has_value()) << at;
  }
}

/// The library with its record changed at one place.
std::string with_record(size_t offset, const void* bytes, size_t size) {
  auto whole = read_text(bad_plugin("null_entry"));
  const auto start = whole.find(std::string(kRecordMagic, sizeof(kRecordMagic)));
  EXPECT_NE(start, std::string::npos);
  std::memcpy(whole.data() + start + offset, bytes, size);
  return whole;
}

TEST(RecordReader, RefusesRecordsThatMakeNoSense) {
  const TemporaryFolder folder;
  const uint32_t size = 12, kind = 7;
  EXPECT_EQ(state_of(folder.write("size.so", with_record(offsetof(Record, size), &size, 4))),
            State::damaged);
  EXPECT_EQ(state_of(folder.write("kind.so", with_record(offsetof(Record, kind), &kind, 4))),
            State::damaged);
  EXPECT_EQ(state_of(folder.write("magic.so", with_record(0, "sslhost", 7))), State::damaged);
  EXPECT_EQ(state_of(folder.write("id.so", with_record(offsetof(Record, id), "../x", 4))),
            State::damaged);
  EXPECT_EQ(
      state_of(folder.write("escape.so", with_record(offsetof(Record, summary), "\033[31m", 5))),
      State::damaged);
  const std::string endless(sizeof(Record::id), 'a');
  EXPECT_EQ(state_of(folder.write(
                "endless.so", with_record(offsetof(Record, id), endless.data(), endless.size()))),
            State::damaged);
}

}  // namespace
}  // namespace sslhost::host
