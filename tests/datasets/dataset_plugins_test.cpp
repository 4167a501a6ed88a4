// SPDX-License-Identifier: Apache-2.0
// The plugins as files: loaded, asked for a reader, and read.
#include <algorithm>

#include <dlfcn.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/plugin.hpp"

#include "tests/datasets/cifar10_bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

namespace fs = std::filesystem;
using idx::error_of;
using ::testing::ElementsAre;

/// Plugins are never unloaded, so the handle is not kept.
std::unique_ptr<DatasetPlugin> plugin_of(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  const auto entry =
      reinterpret_cast<const Entry* (*)(const Platform*)>(dlsym(library, kEntryName));
  if (entry == nullptr) throw std::runtime_error(dlerror());
  Platform here{};
  here.sdk_major = kSdkMajor;
  here.sdk_minor = kSdkMinor;
  return entry(&here)->dataset();
}

std::unique_ptr<DatasetReader> reader_of(
    const char* file, const std::vector<std::pair<std::string, std::string>>& options = {}) {
  const auto plugin = plugin_of(file);
  OptionList list;
  plugin->describe(list);
  for (const auto& [name, value] : options)
    if (const auto wrong = list.find(name)->assign_text(value)) throw std::runtime_error(*wrong);
  return plugin->make();
}

void expect_samples(const Samples& samples, IntArrayRef shape, int64_t classes) {
  EXPECT_EQ(samples.data.sizes(), shape);
  EXPECT_EQ(samples.data.scalar_type(), at::kByte);
  EXPECT_TRUE(samples.data.is_contiguous());
  ASSERT_EQ(samples.labels.sizes(), IntArrayRef(shape[0]));
  ASSERT_EQ(samples.labels.scalar_type(), at::kLong);
  const int64_t* const labels = samples.labels.const_data_ptr<int64_t>();
  EXPECT_GE(*std::min_element(labels, labels + shape[0]), 0);
  EXPECT_LT(*std::max_element(labels, labels + shape[0]), classes);
}

TEST(DatasetPlugins, EachRecognizesItsOwnFilesAlone) {
  const sslhost::testing::TemporaryFolder folder;
  for (const char* part : {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"})
    folder.write(std::string("mnist/") + part, "");
  folder.write("cifar/data_batch_1.bin", "");
  folder.write("unpacked/cifar-10-batches-bin/data_batch_1.bin.gz", "");
  folder.write("cifar-10-binary.tar.gz", "");
  folder.write("photos/cats/1.jpeg", "\xff\xd8\xff\xe0");
  folder.write("photos/notes.txt", "of cats");
  folder.write("named/1.jpeg", "no picture, whatever it is called");
  folder.write("listed/cats/1.jpeg", "\xff\xd8\xff\xe0");
  for (const char* table : {"labels.csv", "train.csv"})
    folder.write(std::string("listed/") + table, "path,label\ncats/1.jpeg,cat\n");
  std::filesystem::create_directories(folder / "linked");
  std::filesystem::create_directory_symlink("../photos/cats", folder / "linked/cats");
  std::filesystem::create_directory_symlink(".", folder / "linked/again");
  folder.write("flowers.csv", "size,kind\n1,rose\n");
  folder.write("arrays/X_train.npy", "\x93NUMPY");
  folder.write("tables/train.tsv", "size\tkind\n1\trose\n");
  folder.write("tables/runs/vat/.sslhost.lock", "");
  folder.write("tables/runs/vat/pictures/mistakes.png", "\x89PNG\r\n\x1a\n");
  const std::vector<std::pair<const char*, std::vector<std::string>>> expected = {
      {SSLHOST_MNIST, {"mnist"}},
      {SSLHOST_CIFAR10, {"cifar", "unpacked", "cifar-10-binary.tar.gz"}},
      {SSLHOST_IMAGES, {"photos", "linked", "listed"}},
      {SSLHOST_DIGITS, {}},
      {SSLHOST_RINGS, {}},
      {SSLHOST_TABLE, {"flowers.csv", "arrays", "tables"}}};
  for (const auto& [file, own] : expected) {
    const auto plugin = plugin_of(file);
    std::vector<std::string> found;
    for (const char* name :
         {"mnist", "cifar", "unpacked", "cifar-10-binary.tar.gz", "photos", "linked", "named",
          "nothing", "listed", "flowers.csv", "arrays", "tables"})
      if (plugin->recognizes(folder / name)) found.emplace_back(name);
    EXPECT_EQ(found, own) << file;
  }
}

TEST(DigitsPlugin, GivesTheEmbeddedSet) {
  const Dataset dataset = reader_of(SSLHOST_DIGITS)->load("");
  expect_samples(dataset.train, {3823, 1, 8, 8}, 10);
  expect_samples(dataset.test, {1797, 1, 8, 8}, 10);
  EXPECT_THAT(dataset.classes, ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  const auto* const pixels = dataset.train.data.const_data_ptr<uint8_t>();
  const int brightest = *std::max_element(pixels, pixels + dataset.train.data.numel());
  EXPECT_EQ(brightest * dataset.scale, 1);
  EXPECT_THAT(dataset.origin, ::testing::HasSubstr("10.24432/C50P49"));
  EXPECT_EQ(dataset.licence, "CC BY 4.0");
}

TEST(DigitsPlugin, RefusesAPath) {
  const auto error = error_of([] { reader_of(SSLHOST_DIGITS)->load("somewhere"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ExitCode::usage);
}

TEST(MnistPlugin, ReadsAFolderAndKeepsEveryPixel) {
  const fs::path folder =
      fs::path(::testing::TempDir()) / ("mnist-plugin-" + std::to_string(getpid()));
  fs::create_directories(folder);
  idx::write_file(folder / "train-images-idx3-ubyte", idx::image_bytes(4));
  idx::write_file(folder / "train-labels-idx1-ubyte", idx::label_bytes({2, 0, 1, 2}));
  idx::write_file(folder / "t10k-images-idx3-ubyte", idx::image_bytes(2));
  idx::write_file(folder / "t10k-labels-idx1-ubyte", idx::label_bytes({1, 0}));
  const Dataset dataset = reader_of(SSLHOST_MNIST)->load(folder.string());
  fs::remove_all(folder);  // crashes where LibTorch's copy of it comes before libstdc++'s

  expect_samples(dataset.train, {4, 1, 2, 3}, 3);
  expect_samples(dataset.test, {2, 1, 2, 3}, 3);
  EXPECT_THAT(dataset.classes, ElementsAre("0", "1", "2"));
  EXPECT_EQ(dataset.scale, 1.0 / 255);
  for (int64_t i = 0; i < 24; ++i) EXPECT_EQ(dataset.train.data.const_data_ptr<uint8_t>()[i], i);
  const int64_t* const labels = dataset.train.labels.const_data_ptr<int64_t>();
  EXPECT_THAT(std::vector<int64_t>(labels, labels + 4), ElementsAre(2, 0, 1, 2));
}

TEST(MnistPlugin, ReportsWhatIsMissing) {
  const auto none = error_of([] { reader_of(SSLHOST_MNIST)->load(""); });
  ASSERT_TRUE(none);
  EXPECT_EQ(none->code(), ExitCode::usage);
  const auto error = error_of([] { reader_of(SSLHOST_MNIST)->load("/no/such/folder"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ExitCode::data);
}

TEST(Cifar10Plugin, ReadsAFolderAndSaysThatItIsNotTheOfficialOne) {
  const sslhost::testing::TemporaryFolder folder;
  for (const auto& [name, content] : cifar10::small_files())
    idx::write_file(folder / name, content);
  const Dataset dataset =
      reader_of(SSLHOST_CIFAR10, {{"origin", "a test"}})->load(folder.path().string());
  expect_samples(dataset.train, {5, 3, 32, 32}, 10);
  expect_samples(dataset.test, {1, 3, 32, 32}, 10);
  EXPECT_EQ(dataset.classes.size(), 10u);
  EXPECT_EQ(dataset.scale, 1.0 / 255);
  EXPECT_EQ(dataset.train.data.const_data_ptr<uint8_t>()[4 * 3072], 50);
  EXPECT_EQ(dataset.train.labels.const_data_ptr<int64_t>()[4], 4);
  EXPECT_THAT(dataset.origin, ::testing::AllOf(::testing::HasSubstr("Krizhevsky"),
                                               ::testing::HasSubstr("not the official files"),
                                               ::testing::HasSubstr("said to be a test")));
}

TEST(RingsPlugin, DrawsAsManyPointsAsAskedFor) {
  const Dataset dataset =
      reader_of(SSLHOST_RINGS, {{"points", "7"}, {"test-points", "4"}, {"data-noise", "0"}})
          ->load("");
  EXPECT_EQ(dataset.train.data.sizes(), (IntArrayRef{7, 2, 1, 1}));
  EXPECT_EQ(dataset.test.data.sizes(), (IntArrayRef{4, 2, 1, 1}));
  EXPECT_EQ(dataset.train.data.scalar_type(), at::kFloat);
  EXPECT_THAT(dataset.classes, ElementsAre("inner", "outer"));
  EXPECT_EQ(dataset.scale, 1);
  const float* const first = dataset.train.data.const_data_ptr<float>();
  EXPECT_NEAR(first[0] * first[0] + first[1] * first[1], 1, 1e-6);
  const auto error = error_of([] { reader_of(SSLHOST_RINGS)->load("somewhere"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ExitCode::usage);
}

TEST(TablePlugin, GivesFeaturesAndRemembersThemForPrediction) {
  const sslhost::testing::TemporaryFolder folder;
  const auto train = folder.write("train.csv", "id,a,b,kind\np,1,2,x\nq,3,,y\nr,5,6,\n");
  const Dataset dataset = reader_of(SSLHOST_TABLE)->load(train.string());
  EXPECT_EQ(dataset.train.data.sizes(), (IntArrayRef{2, 2, 1, 1}));
  EXPECT_EQ(dataset.train.data.scalar_type(), at::kFloat);
  EXPECT_EQ(dataset.train.data.const_data_ptr<float>()[3], 4) << "the mean of column b";
  EXPECT_EQ(dataset.train.labels.const_data_ptr<int64_t>()[1], 1);
  EXPECT_THAT(dataset.unlabeled.names, ElementsAre("r"));
  EXPECT_TRUE(dataset.standardize);
  const auto reader = reader_of(SSLHOST_TABLE);
  reader->remember(dataset.knowledge);
  const auto file = folder.write("new.csv", "b,a\n8,7\n").string();
  const Dataset other = reader->load_for_prediction(file, {2, 1, 1});
  EXPECT_EQ(other.test.data.const_data_ptr<float>()[0], 7);
  const auto error = error_of([&] { reader->load_for_prediction(file, {3, 1, 1}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ExitCode::data);
}

TEST(TablePlugin, RefusesNoPath) {
  const auto error = error_of([] { reader_of(SSLHOST_TABLE)->load(""); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ExitCode::usage);
}

}  // namespace
}  // namespace sslhost
