// SPDX-License-Identifier: Apache-2.0
#include "datasets/idx/byte_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/datasets/idx_bytes.hpp"

namespace sslhost::idx {
namespace {

using testing::HasSubstr;

Buffer read_all(ByteReader& in, size_t piece = 7) {
  Buffer all, part(piece);
  while (const size_t got = in.read(part)) all.insert(all.end(), part.begin(), part.begin() + got);
  return all;
}

Buffer counting(size_t size) {
  Buffer bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * i >> 3);
  return bytes;
}

TEST(ByteReader, PlainAndGzipGiveTheSameBytesInPiecesOfAnySize) {
  const Buffer bytes = counting(200'000);  // more than one internal buffer
  const Buffer packed = gzip(bytes);
  for (const size_t piece : {size_t{1}, size_t{1000}, size_t{1'000'000}}) {
    auto plain = ByteReader::memory("plain", bytes);
    auto zipped = ByteReader::memory("zipped", packed);
    EXPECT_EQ(read_all(plain, piece), bytes);
    EXPECT_EQ(read_all(zipped, piece), bytes);
    EXPECT_EQ(zipped.offset(), bytes.size());
  }
}

TEST(ByteReader, EmptyAndOneByteInputsEnd) {
  for (const size_t size : {0, 1}) {
    const Buffer bytes = counting(size);
    auto plain = ByteReader::memory("plain", bytes);
    EXPECT_EQ(read_all(plain), bytes);
    const Buffer packed = gzip(bytes);
    auto zipped = ByteReader::memory("zipped", packed);
    EXPECT_EQ(read_all(zipped), bytes);
  }
}

TEST(ByteReader, GzipOfSeveralStreamsIsOneFile) {
  Buffer packed = gzip({1, 2});
  const Buffer second = gzip({3});
  packed.insert(packed.end(), second.begin(), second.end());
  auto in = ByteReader::memory("two", packed);
  EXPECT_EQ(read_all(in), (Buffer{1, 2, 3}));
}

TEST(ByteReader, GzipCutAnywhereIsRefused) {
  const Buffer packed = gzip(counting(300));
  for (size_t size = 2; size < packed.size(); ++size) {  // one byte alone is not recognised as gzip
    const Buffer cut(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size));
    const auto error = error_of([&] {
      auto in = ByteReader::memory("cut.gz", cut);
      read_all(in);
    });
    ASSERT_TRUE(error) << size;
    EXPECT_EQ(error->code(), ExitCode::data);
    EXPECT_THAT(error->parts().where, HasSubstr("cut.gz, byte "));
    EXPECT_EQ(error->parts().found, "the end of the file");
  }
}

TEST(ByteReader, GzipWithAnyByteOfDataFlippedIsRefused) {
  const Buffer bytes = counting(300), packed = gzip(bytes);
  for (size_t i = 10; i < packed.size(); ++i) {  // the 10 bytes before are names, times and flags
    Buffer bad = packed;
    bad[i] ^= 0x55;
    EXPECT_TRUE(error_of([&] {
      auto in = ByteReader::memory("bad.gz", bad);
      read_all(in);
    })) << i;
  }
}

TEST(ByteReader, GarbageAfterGzipIsRefused) {
  Buffer packed = gzip({1, 2});
  packed.push_back('x');
  EXPECT_TRUE(error_of([&] {
    auto in = ByteReader::memory("more.gz", packed);
    read_all(in);
  }));
}

TEST(ByteReader, MissingFileAndFolderAreDataErrors) {
  for (const std::string& path : {testing::TempDir() + "no-such-file", testing::TempDir()}) {
    const auto error = error_of([&] { ByteReader::file(path); });
    ASSERT_TRUE(error) << path;
    EXPECT_EQ(error->code(), ExitCode::data);
    EXPECT_EQ(error->parts().where, path);
  }
}

}  // namespace
}  // namespace sslhost::idx
