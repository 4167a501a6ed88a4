// SPDX-License-Identifier: Apache-2.0
#include "datasets/idx/idx.hpp"

#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/datasets/idx_bytes.hpp"

namespace sslhost::idx {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Images images_of(const Buffer& bytes) {
  auto in = ByteReader::memory("images", bytes);
  return read_images(in);
}
Buffer labels_of(const Buffer& bytes, int64_t images, int64_t classes = 10) {
  auto in = ByteReader::memory("labels", bytes);
  return read_labels(in, images, classes);
}

/// Both forms of the file are refused, at that byte, with those words.
void expect_refused(const std::function<void(const Buffer&)>& read, const Buffer& bytes,
                    uint64_t byte, const std::string& expected, const std::string& found) {
  for (const bool packed : {false, true}) {
    const auto error = error_of([&] { read(packed ? gzip(bytes) : bytes); });
    ASSERT_TRUE(error) << "accepted" << (packed ? ", packed" : "");
    EXPECT_EQ(error->code(), ExitCode::data);
    const std::string place = ", byte " + std::to_string(byte) + (packed ? " unpacked" : "");
    EXPECT_THAT(error->parts().where, testing::EndsWith(place));
    EXPECT_THAT(error->parts().expected, HasSubstr(expected));
    EXPECT_THAT(error->parts().found, HasSubstr(found));
    EXPECT_FALSE(error->parts().next.empty());
  }
}

const auto kReadImages = [](const Buffer& bytes) { images_of(bytes); };
const auto kReadLabels = [](const Buffer& bytes) { labels_of(bytes, 3); };

TEST(Idx, ReadsImagesAndLabelsPlainAndPacked) {
  for (const bool packed : {false, true}) {
    const auto form = [&](Buffer bytes) { return packed ? gzip(bytes) : bytes; };
    const Images images = images_of(form(image_bytes(4)));
    EXPECT_EQ(images.count, 4);
    EXPECT_EQ(images.height, 2);
    EXPECT_EQ(images.width, 3);
    ASSERT_EQ(images.pixels.size(), 24u);
    EXPECT_EQ(images.pixels[23], 23);
    EXPECT_EQ(labels_of(form(label_bytes({7, 0, 9})), 3), (Buffer{7, 0, 9}));
  }
}

TEST(Idx, WhatTheFileIsInsteadIsSaid) {
  const auto begin = [](const std::string& text) { return Buffer(text.begin(), text.end()); };
  const auto says = [&](const Buffer& bytes, const std::string& found) {
    expect_refused(kReadImages, bytes, 0, "IDX images", found);
    expect_refused(kReadLabels, bytes, 0, "IDX labels", found);
  };
  says(idx_bytes({0xb03, 1, 2, 3}, Buffer(12)), "16-bit integers in 3 dimensions");
  says(idx_bytes({0xd03, 1, 2, 3}, Buffer(24)), "32-bit numbers in 3 dimensions");
  says(begin("<!DOCTYPE html><html>"), "a web page");
  says(begin("version https://git-lfs.github.com/spec/v1\n"), "a Git LFS pointer");
}

TEST(Idx, HeaderCutAtAnyByteIsRefused) {
  const Buffer images = image_bytes(1), labels = label_bytes({1, 2, 3});
  for (int size = 0; size < 16; ++size)
    expect_refused(kReadImages, Buffer(images.begin(), images.begin() + size), size / 4 * 4,
                   "in 4 bytes", "the end after " + std::to_string(size % 4));
  for (int size = 0; size < 8; ++size)
    expect_refused(kReadLabels, Buffer(labels.begin(), labels.begin() + size), size / 4 * 4,
                   "in 4 bytes", "the end after " + std::to_string(size % 4));
}

TEST(Idx, DataCutAtAnyByteIsRefused) {
  const Buffer images = image_bytes(2);
  for (int size = 16; size < 28; ++size)
    expect_refused(kReadImages, Buffer(images.begin(), images.begin() + size), size, "12 bytes",
                   std::to_string(size - 16));
  const Buffer labels = label_bytes({1, 2, 3});
  for (int size = 8; size < 11; ++size)
    expect_refused(kReadLabels, Buffer(labels.begin(), labels.begin() + size), size, "3 bytes",
                   std::to_string(size - 8));
}

TEST(Idx, WrongMagicIsRefusedAndSwappedFilesAreRecognised) {
  expect_refused(kReadImages, idx_bytes({0xd03, 1, 1, 1}, {0}), 0, "0x00000803", "0x00000d03");
  expect_refused(kReadImages, label_bytes({1, 2, 3}), 0, "0x00000803", "marks labels");
  expect_refused(kReadLabels, image_bytes(3), 0, "0x00000801", "marks images");
}

TEST(Idx, EmptyDimensionIsRefused) {
  expect_refused(kReadImages, idx_bytes({0x803, 0, 2, 3}, {}), 4, "at least 1 of images", "0");
  expect_refused(kReadImages, idx_bytes({0x803, 1, 0, 3}, {}), 8, "at least 1 of rows", "0");
  expect_refused(kReadImages, idx_bytes({0x803, 1, 2, 0}, {}), 12, "at least 1 of columns", "0");
  expect_refused(kReadLabels, idx_bytes({0x801, 0}, {}), 4, "at least 1 of labels", "0");
}

TEST(Idx, ProductOfLengthsThatOverflowsIsRefused) {
  expect_refused(kReadImages, idx_bytes({0x803, 0xffffffff, 0xffffffff, 0xffffffff}, {1}), 4,
                 "below 2^63", "4294967295 x 4294967295 x 4294967295");
  // 2^16 * 2^24 * 2^24 = 2^64, which is 0 in 64 bits.
  expect_refused(kReadImages, idx_bytes({0x803, 1 << 16, 1 << 24, 1 << 24}, {}), 4, "below 2^63",
                 "");
}

TEST(Idx, MemoryIsTakenForWhatArrivesNotForWhatIsPromised) {
  rlimit before;
  getrlimit(RLIMIT_AS, &before);
#ifndef __SANITIZE_ADDRESS__  // which reserves terabytes itself
  const rlimit tight = {rlim_t{4} << 30, before.rlim_max};
  setrlimit(RLIMIT_AS, &tight);
#endif
  expect_refused(kReadImages, idx_bytes({0x803, 0x7fffffff, 0xffff, 0xffff}, {1, 2}), 18, "bytes",
                 "2");
  setrlimit(RLIMIT_AS, &before);
}

TEST(Idx, TrailingByteIsRefused) {
  Buffer images = image_bytes(2), labels = label_bytes({1, 2, 3});
  images.push_back(0);
  labels.push_back(0);
  expect_refused(kReadImages, images, 28, "the end after 12 bytes", "more bytes");
  expect_refused(kReadLabels, labels, 11, "the end after 3 bytes", "more bytes");
}

TEST(Idx, BombIsUnpackedOneBytePastThePromise) {
  const Buffer bomb = gzip(idx_bytes({0x803, 1, 2, 3}, Buffer(64 << 20)));
  auto in = ByteReader::memory("bomb.gz", bomb);
  EXPECT_TRUE(error_of([&] { read_images(in); }));
  EXPECT_EQ(in.offset(), 16u + 6 + 1);
}

TEST(Idx, LabelOutsideTheClassesIsRefused) {
  expect_refused(kReadLabels, label_bytes({0, 9, 10}), 10, "a label from 0 to 9", "10");
}

TEST(Idx, LabelsAreAsManyAsImages) {
  expect_refused(kReadLabels, label_bytes({0, 1}), 4, "3 labels", "2");
  expect_refused(kReadLabels, label_bytes({0, 1, 2, 3}), 4, "3 labels", "4");
}

struct SetBytes {
  Buffer train_images = image_bytes(3), train_labels = label_bytes({0, 2, 1});
  Buffer test_images = image_bytes(2), test_labels = label_bytes({2, 2});
};

Set read(const SetBytes& bytes, int64_t classes = 0) {
  return read_set({ByteReader::memory("train images", bytes.train_images),
                   ByteReader::memory("train labels", bytes.train_labels),
                   ByteReader::memory("test images", bytes.test_images),
                   ByteReader::memory("test labels", bytes.test_labels)},
                  classes);
}

TEST(IdxSet, ClassesComeFromTheTrainingLabels) {
  const Set set = read({});
  EXPECT_EQ(set.classes, 3);
  EXPECT_EQ(set.train.labels, (Buffer{0, 2, 1}));
  EXPECT_EQ(set.test.images.count, 2);
  EXPECT_EQ(set.test.labels, (Buffer{2, 2}));
}

TEST(IdxSet, RefusesWhatDoesNotBelongTogether) {
  const auto refused = [](SetBytes bytes, int64_t classes, const std::string& file,
                          const std::string& expected) {
    const auto error = error_of([&] { read(bytes, classes); });
    ASSERT_TRUE(error) << file << expected;
    EXPECT_THAT(error->what(), AllOf(HasSubstr(file), HasSubstr(expected)));
  };
  refused({.test_labels = label_bytes({2, 3})}, 0, "test labels, byte 9", "a label from 0 to 2");
  refused({.train_labels = label_bytes({0, 2, 2})}, 0, "train labels", "found none of label 1");
  refused({}, 4, "train labels", "found none of label 3");
  refused({.train_labels = label_bytes({0, 0, 0})}, 0, "train labels", "at least 2 classes");
  refused({.test_images = idx_bytes({0x803, 2, 3, 2}, Buffer(12))}, 0, "test images, byte 8",
          "images of 2 x 3");
  refused({.train_labels = label_bytes({0, 1})}, 0, "train labels, byte 4", "3 labels");
}

}  // namespace
}  // namespace sslhost::idx
