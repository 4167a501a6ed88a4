// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/mnist/folder.hpp"
#include "tests/datasets/idx_bytes.hpp"

namespace sslhost::mnist {
namespace {

namespace fs = std::filesystem;
using idx::error_of;
using testing::HasSubstr;

class MnistFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("mnist-" + std::to_string(getpid()) +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write_set(const std::string& joint, const std::string& packing) {
    const auto write = [&](const std::string& part, const char* type, const idx::Buffer& bytes) {
      idx::write_file(folder_ / (part + joint + type + packing),
                      packing.empty() ? bytes : idx::gzip(bytes));
    };
    write("train-images", "idx3-ubyte", idx::image_bytes(3));
    write("train-labels", "idx1-ubyte", idx::label_bytes({0, 1, 2}));
    write("t10k-images", "idx3-ubyte", idx::image_bytes(2));
    write("t10k-labels", "idx1-ubyte", idx::label_bytes({2, 0}));
  }

  fs::path folder_;
};

TEST_F(MnistFolder, ReadsAllFourSpellings) {
  for (const char* joint : {"-", "."})
    for (const char* packing : {"", ".gz"}) {
      write_set(joint, packing);
      const idx::Set set = read_folder(folder_.string());
      EXPECT_EQ(set.classes, 3);
      EXPECT_EQ(set.train.images.count, 3);
      EXPECT_EQ(set.test.labels, (idx::Buffer{2, 0}));
      fs::remove_all(folder_);
      fs::create_directories(folder_);
    }
}

TEST_F(MnistFolder, MissingFileIsReportedWithEveryNameThatWasTried) {
  write_set("-", ".gz");
  fs::remove(folder_ / "t10k-labels-idx1-ubyte.gz");
  const auto error = error_of([&] { read_folder(folder_.string()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ExitCode::data);
  EXPECT_EQ(error->parts().where, folder_.string());
  EXPECT_EQ(error->parts().expected,
            "one of t10k-labels-idx1-ubyte, t10k-labels.idx1-ubyte, t10k-labels-idx1-ubyte.gz, "
            "t10k-labels.idx1-ubyte.gz");
}

TEST_F(MnistFolder, DamagedFileIsNamed) {
  write_set("-", "");
  idx::write_file(folder_ / "t10k-images-idx3-ubyte", {0, 0, 8});
  const auto error = error_of([&] { read_folder(folder_.string()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->parts().where, (folder_ / "t10k-images-idx3-ubyte").string() + ", byte 0");
}

TEST_F(MnistFolder, NeedsAFolder) {
  const auto none = error_of([] { read_folder(""); });
  ASSERT_TRUE(none);
  EXPECT_EQ(none->code(), ExitCode::usage);
  EXPECT_THAT(none->what(), HasSubstr("--data FOLDER"));

  idx::write_file(folder_ / "file", {1});
  for (const char* path : {"file", "nothing"}) {
    const auto error = error_of([&] { read_folder((folder_ / path).string()); });
    ASSERT_TRUE(error) << path;
    EXPECT_EQ(error->code(), ExitCode::data);
  }
}

fs::path real_data() {
  if (const char* const folder = std::getenv("SSLHOST_TEST_DATA")) return std::string(folder);
  const char* const source = std::getenv("SSLHOST_SOURCE_DIR");
  return source ? fs::path(source) / "../shared/data" : fs::path("data");
}

std::array<int, 10> counts(const idx::Buffer& labels) {
  std::array<int, 10> found = {};
  for (const uint8_t label : labels) ++found.at(label);
  return found;
}

TEST(Mnist, HasThePublishedCounts) {
  const fs::path folder = real_data() / "mnist";
  if (!fs::exists(folder))
    GTEST_SKIP() << "MNIST is not in " << folder << "; set SSLHOST_TEST_DATA";
  const idx::Set set = read_folder(folder.string());
  EXPECT_EQ(set.classes, 10);
  EXPECT_EQ(set.train.images.count, 60000);
  EXPECT_EQ(set.test.images.count, 10000);
  EXPECT_EQ(set.train.images.pixels.size(), 60000u * 28 * 28);
  EXPECT_EQ(counts(set.train.labels),
            (std::array{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}));
  EXPECT_EQ(counts(set.test.labels),
            (std::array{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}));
}

}  // namespace
}  // namespace sslhost::mnist
