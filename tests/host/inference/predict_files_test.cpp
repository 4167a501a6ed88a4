// SPDX-License-Identifier: Apache-2.0
// Photos by path and from memory, through the library.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include <gmock/gmock.h>

#include "sslhost/engine.hpp"

#include "host/inference/data_to_predict.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/datasets/images/bitmap.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A run on 24 pictures, bright on the left or on the right.
class PredictFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("XDG_CACHE_HOME", (folder_.path() / "cache").c_str(), 1);
    for (int i = 0; i < 24; ++i) {
      const bool left = i % 2 == 0;
      const auto place = std::string(left ? "left/" : "right/") + std::to_string(i) + ".bmp";
      const auto bytes = images::bitmap_of(20, 16, [&](int x, int, int c) {
        return static_cast<uint8_t>((x < 10) == left ? 200 + i + c : 20 + i);
      });
      files_.push_back(folder_.write("photos/" + place, bytes));
    }
    auto request = this_build();
    request.options = {{"plugin", "supervised"},
                       {"data", (folder_.path() / "photos").string()},
                       {"encoder", "none"},
                       {"model", "mlp-32"},
                       {"labels", "12"},
                       {"iterations", "60"},
                       {"threads", "1"},
                       {"pictures", "false"},
                       {"out", (folder_.path() / "run").string()}};
    request.recipe = "none";
    train(request, silent_);
  }
  Classifier load() const {
    return Classifier::load(folder_.path() / "run/model.safetensors", "cpu", this_build());
  }
  static std::vector<std::byte> bytes_of(const std::filesystem::path& file) {
    std::ifstream input(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(input), {}};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
  }

  const TemporaryFolder folder_;
  std::vector<std::filesystem::path> files_;
  Silent silent_;
};

void expect_same(const std::vector<FilePrediction>& a, const std::vector<FilePrediction>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].reason, b[i].reason);
    EXPECT_EQ(a[i].label, b[i].label);
    EXPECT_EQ(a[i].probabilities, b[i].probabilities) << "to the bit";
  }
}

TEST_F(PredictFiles, PathsAndBytesGiveTheSame) {
  const auto classifier = load();
  const auto by_path = classifier.predict_files(files_);
  for (size_t i = 0; i < files_.size(); ++i) {
    EXPECT_EQ(classifier.classes()[static_cast<size_t>(by_path[i].label)],
              files_[i].parent_path().filename());
    EXPECT_EQ(by_path[i].probability, by_path[i].probabilities[by_path[i].label]);
  }
  std::vector<std::vector<std::byte>> contents;
  for (const auto& file : files_) contents.push_back(bytes_of(file));
  expect_same(classifier.predict_bytes({contents.begin(), contents.end()}), by_path);
  EXPECT_THAT(classifier.predict_files({}), IsEmpty());
}

TEST_F(PredictFiles, WhatCannotBeReadSaysWhyAndTheOthersAreAnswered) {
  const auto text = bytes_of(folder_.write("no picture.jpg", "not at all"));
  const auto good = bytes_of(files_[1]);
  const auto found = load().predict_bytes({text, good, {}});
  EXPECT_THAT(found[0].reason, HasSubstr("neither JPEG"));
  EXPECT_EQ(found[0].label, -1);
  EXPECT_THAT(found[1].reason, IsEmpty());
  EXPECT_THAT(found[2].reason, Not(IsEmpty()));
  EXPECT_THAT(load().predict_files({"/nowhere.jpg"})[0].reason, Not(IsEmpty()));
}

TEST_F(PredictFiles, SeveralThreadsGetTheSameAnswers) {
  const auto classifier = load();
  const auto alone = classifier.predict_files(files_);
  std::vector<std::vector<FilePrediction>> found(4);
  std::vector<std::thread> threads;
  for (auto& one : found)
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) one = classifier.predict_files(files_);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& one : found) expect_same(one, alone);
}

TEST_F(PredictFiles, AModelWhoseSamplesAreNoFilesSaysSo) {
  auto request = small_run("supervised", {{"out", (folder_.path() / "digits").string()}});
  train(request, silent_);
  const auto digits = Classifier::load(folder_.path() / "digits", "cpu", this_build());
  EXPECT_THROW(digits.predict_files({folder_.path() / "digits"}), Error);
}

}  // namespace
}  // namespace sslhost
