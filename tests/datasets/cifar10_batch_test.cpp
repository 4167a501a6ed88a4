// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/cifar10/batch.hpp"
#include "tests/datasets/cifar10_bytes.hpp"

namespace sslhost::cifar10 {
namespace {

using idx::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

std::string place(uint64_t offset) { return "some.bin, byte " + std::to_string(offset); }

void expect_refused(const Buffer& bytes, uint64_t byte, const std::string& expected,
                    const std::string& found) {
  const auto error = error_of([&] {
    Part part;
    append_batch(bytes, place, part);
  });
  ASSERT_TRUE(error) << "accepted";
  EXPECT_EQ(error->code(), ExitCode::data);
  EXPECT_EQ(error->parts().where, place(byte));
  EXPECT_THAT(error->parts().expected, HasSubstr(expected));
  EXPECT_EQ(error->parts().found, found);
  EXPECT_FALSE(error->parts().next.empty());
}

TEST(Cifar10Batch, RecordsAreAppendedWithEveryPixel) {
  Part part;
  append_batch(batch_bytes({7, 0}), place, part);
  Buffer last = batch_bytes({9});
  for (size_t i = 0; i < kPixels; ++i) last[1 + i] = static_cast<uint8_t>(i * 7);
  append_batch(last, place, part);
  EXPECT_THAT(part.labels, ElementsAre(7, 0, 9));
  ASSERT_EQ(part.pixels.size(), 3 * kPixels);
  EXPECT_EQ(part.pixels[kPixels - 1], 0);
  EXPECT_EQ(part.pixels[kPixels], 1);
  for (size_t i = 0; i < kPixels; ++i)
    ASSERT_EQ(part.pixels[2 * kPixels + i], static_cast<uint8_t>(i * 7)) << i;
}

TEST(Cifar10Batch, AFileCutAnywhereInARecordIsRefused) {
  const Buffer bytes = batch_bytes({1, 2});
  for (size_t size = 0; size < bytes.size(); ++size) {
    if (size == kRecord) continue;  // one whole record
    expect_refused(Buffer(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)),
                   size / kRecord * kRecord, "a record of 3073 bytes",
                   std::to_string(size % kRecord) + " bytes");
  }
}

TEST(Cifar10Batch, AnotherFileInItsPlaceIsNamed) {
  for (const std::string text : {"<!DOCTYPE html>", "version https://git-lfs.github.com/spec/v1"})
    expect_refused(Buffer(text.begin(), text.end()), 0, "records of 3073 bytes",
                   text[0] == '<'
                       ? "a web page or another text with tags"
                       : "a Git LFS pointer, not the file itself (git lfs pull brings it)");
}

TEST(Cifar10Batch, TrailingByteIsRefused) {
  Buffer bytes = batch_bytes({1, 2});
  bytes.push_back(0);
  expect_refused(bytes, 2 * kRecord, "a record of 3073 bytes", "1 bytes");
}

TEST(Cifar10Batch, MoreThanTheOfficialNumberOfRecordsIsRefused) {
  expect_refused(Buffer(kMostBytes + 1), kMostBytes, "at most 10000 records", "more bytes");
  Part part;
  append_batch(Buffer(kMostBytes), place, part);
  EXPECT_EQ(part.labels.size(), kMostRecords);
}

TEST(Cifar10Batch, EveryLabelAboveNineIsRefusedAtItsByte) {
  for (int label = 10; label < 256; ++label)
    expect_refused(batch_bytes({0, 9, static_cast<uint8_t>(label), 1}), 2 * kRecord,
                   "a label from 0 to 9", std::to_string(label));
}

TEST(Cifar10Names, AreReadWithOrWithoutCarriageReturnsAndEmptyLines) {
  const std::vector<std::string> letters = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  for (const char* text : {"a\nb\nc\nd\ne\nf\ng\nh\ni\nj", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n",
                           "a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\nj\r\n\r\n"})
    EXPECT_EQ(read_names(text_bytes(text), place), letters);
  EXPECT_EQ(read_names(text_bytes("\xEF\xBB\xBF"
                                  "a\nb\nc\nd\ne\nf\ng\nh\ni\nj"),
                       place),
            letters);
}

TEST(Cifar10Names, WrongNumberRepetitionsAndOtherBytesAreRefused) {
  const auto refusal = [](const std::string& text) {
    const auto error = error_of([&] { read_names(text_bytes(text), place); });
    EXPECT_TRUE(error) << text;
    return error ? std::string(error->what()) : "";
  };
  EXPECT_THAT(refusal("a\nb\n"), HasSubstr("found 2 names"));
  EXPECT_THAT(refusal("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n"), HasSubstr("found 11 names"));
  EXPECT_THAT(refusal("a\nb\na\n"), HasSubstr("byte 4"));
  EXPECT_THAT(refusal("a\nb\n\x01\n"), HasSubstr("other bytes"));
  EXPECT_THAT(refusal(std::string(61, 'x')), HasSubstr("at most 60 characters"));
  EXPECT_THAT(refusal(""), HasSubstr("found 0 names"));
  EXPECT_THAT(refusal("avion\nv\xe9lo\n"), HasSubstr("byte 6, line 2: expected the name of a class "
                                                     "in UTF-8, found bytes of another encoding"));
}

TEST(Cifar10Batch, FewRecordsAndOtherPixelsAreNotTakenForTheOfficialOnes) {
  Part part;
  append_batch(batch_bytes({1, 2}), place, part);
  EXPECT_FALSE(begins_as_official(part));
  append_batch(Buffer(4000 * kRecord), place, part);
  EXPECT_FALSE(begins_as_official(part));
}

}  // namespace
}  // namespace sslhost::cifar10
