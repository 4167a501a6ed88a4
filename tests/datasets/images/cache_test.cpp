// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/cache.hpp"

#include <chrono>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/storage/small_disk.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::images {
namespace {

namespace fs = std::filesystem;
using sslhost::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Bytes = std::vector<uint8_t>;

class Cache : public ::testing::Test {
 protected:
  static std::string name(int i) { return std::to_string(i) + ".bmp"; }
  /// Picture i is all (i, 2 i, 3 i) mod 256.
  void write(int i, int side = 12) {
    const auto color = [&](int factor) { return static_cast<uint8_t>(factor * i); };
    folder.write("photos/" + name(i), bitmap(side, side, color(1), color(2), color(3)));
  }
  std::vector<Picture> pictures(int count) const {
    std::vector<Picture> all;
    for (int i = 0; i < count; ++i) all.push_back(picture(folder / ("photos/" + name(i)), name(i)));
    return all;
  }
  Prepared prepare_them(const std::vector<Picture>& all, const Progress& progress = kQuiet) const {
    return prepared(all, {.side = 8}, folder / "cache", progress);
  }
  /// The red values of the first pixel of each.
  static Bytes reds(const Prepared& p, size_t count) {
    Bytes all;
    for (size_t i = 0; i < count; ++i) all.push_back(p.pixels.get()[i * 3 * 64]);
    return all;
  }
  /// Names in the cache, but those of locks.
  std::set<std::string> entries() const {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder / "cache"))
      if (entry.path().extension() != ".lock") all.insert(entry.path().filename());
    return all;
  }
  fs::path only_entry() const { return folder / "cache" / *entries().begin(); }

  static inline const Progress kQuiet = [](int64_t, int64_t) {};
  static inline const Progress kNever = [](int64_t, int64_t) {
    ADD_FAILURE() << "decoded once more";
  };
  TemporaryFolder folder;
};

TEST_F(Cache, PixelsComeInTheOrderOfThePicturesAsEachAloneGives) {
  for (int i = 0; i < 60; ++i) write(i, 8 + i % 5);
  const auto all = pictures(60);
  const auto made = prepare_them(all);
  EXPECT_THAT(made.bad, IsEmpty());
  for (size_t i = 0; i < 60; ++i) {
    const auto* begin = made.pixels.get() + i * 3 * 64;
    EXPECT_EQ(Bytes(begin, begin + 3 * 64), prepare(all[i], {.side = 8})) << i;
  }
  EXPECT_EQ(made.pixels.get()[59 * 3 * 64 + 64], 118) << "green";
}

TEST_F(Cache, BadPicturesAreNamedWithTheirReasonAndTheRestMovesUp) {
  for (int i = 0; i < 6; ++i) write(i);
  fs::resize_file(folder / "photos/1.bmp", 100);
  folder.write("photos/4.bmp", "no picture at all");
  for (int time = 0; time < 2; ++time) {  // made, and read back
    const auto found = prepare_them(pictures(6));
    ASSERT_THAT(found.bad, SizeIs(2));
    EXPECT_EQ(found.bad[0].index, 1U);
    EXPECT_EQ(found.bad[1].index, 4U);
    EXPECT_FALSE(found.bad[1].reason.empty());
    EXPECT_THAT(reds(found, 4), ElementsAre(0, 2, 3, 5));
  }
}

TEST_F(Cache, TheSecondTimeNothingIsDecoded) {
  write(7);
  prepare_them({picture(folder / "photos/7.bmp", "7.bmp")});
  const auto again = prepare_them({picture(folder / "photos/7.bmp", "7.bmp")}, kNever);
  EXPECT_THAT(reds(again, 1), ElementsAre(7));
}

TEST_F(Cache, AChangedFileOrOtherOptionsAreAnotherEntry) {
  write(0);
  const auto before = pictures(1);
  prepare_them(before);
  write(0, 13);
  prepare_them(pictures(1));
  EXPECT_THAT(entries(), SizeIs(2));
  prepared(pictures(1), {.side = 9}, folder / "cache", kQuiet);
  prepared(pictures(1), {.side = 9, .fit = Fit::pad}, folder / "cache", kQuiet);
  EXPECT_THAT(entries(), SizeIs(4));
}

TEST_F(Cache, WhatChangedOrVanishedSinceItWasListedIsBad) {
  for (int i = 0; i < 4; ++i) write(i);
  const auto listed = pictures(4);
  write(1, 20);
  fs::remove(folder / "photos/2.bmp");
  fs::remove(folder / "photos/3.bmp");
  ASSERT_EQ(::mkfifo((folder / "photos/3.bmp").c_str(), 0600), 0);
  const auto found = prepare_them(listed);
  ASSERT_THAT(found.bad, SizeIs(3));
  EXPECT_THAT(found.bad[0].reason, HasSubstr("changed"));
  EXPECT_THAT(found.bad[1].reason, HasSubstr("No such file"));
  EXPECT_THAT(found.bad[2].reason, HasSubstr("not a file"));
}

TEST_F(Cache, WhatCouldNotBeReadOnceIsThereTheNextTime) {
  for (int i = 0; i < 3; ++i) write(i);
  folder.write("photos/2.bmp", "damaged, and stays so");
  const auto all = pictures(3);
  fs::rename(folder / "photos", folder / "elsewhere");
  EXPECT_THAT(prepare_them(all).bad, SizeIs(3));
  fs::rename(folder / "elsewhere", folder / "photos");
  const auto found = prepare_them(all);
  EXPECT_THAT(found.bad, SizeIs(1));
  EXPECT_THAT(reds(found, 2), ElementsAre(0, 1));
  EXPECT_THAT(prepare_them(all, kNever).bad, SizeIs(1));
}

TEST_F(Cache, WhatCanNeverBeReadCostsNoDecodingOfTheOthers) {
  for (int i = 0; i < 3; ++i) write(i);
  const auto all = pictures(3);
  fs::remove(folder / "photos/1.bmp");
  EXPECT_THAT(prepare_them(all).bad, SizeIs(1));
  EXPECT_THAT(prepare_them(all, kNever).bad, SizeIs(1));
}

TEST_F(Cache, WhoWaitsForAnotherCanBeStopped) {
  write(0);
  prepare_them(pictures(1));
  const auto lock = only_entry().string() + ".lock";
  fs::remove_all(only_entry());
  const int file = ::open(lock.c_str(), O_RDWR);
  ASSERT_EQ(::flock(file, LOCK_EX), 0);
  EXPECT_THROW(prepare_them(pictures(1), [](int64_t, int64_t) { throw 3; }), int);
  ::close(file);
  EXPECT_THAT(reds(prepare_them(pictures(1)), 1), ElementsAre(0));
}

TEST_F(Cache, ADamagedEntryIsMadeAgain) {
  for (int i = 0; i < 3; ++i) write(i);
  const auto all = pictures(3);
  prepare_them(all);
  const auto pixels = only_entry() / "pixels", index = only_entry() / "index";
  const auto whole = sslhost::testing::read_text(index);
  const auto expect_whole = [&] {
    EXPECT_THAT(reds(prepare_them(all), 3), ElementsAre(0, 1, 2));
    EXPECT_EQ(sslhost::testing::read_text(index), whole);
  };
  fs::resize_file(pixels, 3 * 3 * 64 - 1);
  expect_whole();
  fs::remove(pixels);
  expect_whole();
  fs::remove(index);
  expect_whole();
  for (size_t cut = 0; cut + 1 < whole.size(); cut += 3) {
    sslhost::testing::write_text(index, whole.substr(0, cut));
    expect_whole();
  }
  sslhost::testing::write_text(index, "sslhost images 1\n3 1\n9 beyond the last\nend\n");
  expect_whole();
}

TEST_F(Cache, WhoIsStoppedLeavesNothing) {
  for (int i = 0; i < 3; ++i) write(i);
  EXPECT_THROW(prepare_them(pictures(3), [](int64_t, int64_t) { throw 3; }), int);
  EXPECT_THAT(entries(), IsEmpty());
  EXPECT_THAT(reds(prepare_them(pictures(3)), 3), ElementsAre(0, 1, 2));
}

TEST_F(Cache, KilledAtRandomMomentsItEndsInTheSamePixels) {
  for (int i = 0; i < 200; ++i) write(i, 64);
  const auto all = pictures(200);
  const auto start = std::chrono::steady_clock::now();
  const auto undisturbed = prepared(all, {.side = 8}, folder / "other", kQuiet);
  const auto took = std::chrono::steady_clock::now() - start;
  int killed = 0;
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      prepare_them(all);
      _exit(0);
    }
    std::this_thread::sleep_for(took * (i + 1) / 50);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) continue;  // it was faster
    ++killed;
  }
  EXPECT_GT(killed, 0);
  const auto found = prepare_them(all);
  EXPECT_EQ(Bytes(found.pixels.get(), found.pixels.get() + 200 * 3 * 64),
            Bytes(undisturbed.pixels.get(), undisturbed.pixels.get() + 200 * 3 * 64));
  EXPECT_THAT(entries(), SizeIs(1)) << "unfinished ones are gone";
}

TEST_F(Cache, TwoProcessesDecodeOnce) {
  for (int i = 0; i < 50; ++i) write(i, 40);
  const auto all = pictures(50);
  pid_t children[4];
  for (auto& child : children)
    if ((child = fork()) == 0) {
      const auto found = prepare_them(all);
      _exit(reds(found, 50)[49] == 49 ? 0 : 1);
    }
  for (const auto child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_THAT(entries(), SizeIs(1));
}

TEST_F(Cache, AFullDiskIsSaidBeforeDecodingAndLeavesNothing) {
  const host::testing::SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  for (int i = 0; i < 20; ++i) write(i);
  const auto text = failure_text(ExitCode::storage, [&] {
    prepared(pictures(20), {.side = 128}, disk.path() / "cache", kNever);
  });
  EXPECT_THAT(text, ::testing::AllOf(HasSubstr("MB are needed"), HasSubstr("SSLHOST_CACHE")));
  for (const auto& entry : fs::directory_iterator(disk.path() / "cache"))
    EXPECT_EQ(entry.path().extension(), ".lock");
}

TEST_F(Cache, AFileInThePlaceOfTheFolderIsAStorageError) {
  write(0);
  folder.write("cache", "");
  expect_failure(ExitCode::storage, "SSLHOST_CACHE", [&] { prepare_them(pictures(1)); });
}

TEST_F(Cache, NoPicturesAreNoError) { EXPECT_THAT(prepare_them({}).bad, IsEmpty()); }

}  // namespace
}  // namespace sslhost::images
