// SPDX-License-Identifier: Apache-2.0
#include "host/data/file_reader.hpp"

#include <cstring>
#include <functional>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/plugin.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Three files, of which the second cannot be read.
FileSamples good() {
  return {.data = at::zeros({2, 1, 2, 2}, at::kByte), .scale = 0.5, .reasons = {"", "torn", ""}};
}

std::function<void(FileSamples&)> change = [](FileSamples&) {};  // of what the reader gives

struct Reader : DatasetReader {
  struct Options {};
  static void describe(OptionList&, Options&) {}
  explicit Reader(const Options&) {}
  Dataset load(const std::string&) override { return {}; }
  bool reads_files() const override { return knowledge() == "known"; }
  FileSamples load_files(const std::vector<std::string>&, IntArrayRef) override {
    auto samples = good();
    change(samples);
    return samples;
  }
};

class FileReaderOfAPlugin : public ::testing::Test {
 protected:
  FileReaderOfAPlugin() {
    std::strcpy(plugin.record.id, "letters");
    plugin.dataset = std::make_unique<detail::DatasetPluginOf<Reader>>();
    change = [](FileSamples&) {};
  }
  FileSamples read() const { return FileReader(plugin, "known").read({"a", "b", "c"}, {1, 2, 2}); }
  std::string complaint(std::function<void(FileSamples&)> other) const {
    change = std::move(other);
    const auto text = failure_text(ExitCode::plugin, [&] { read(); });
    EXPECT_THAT(text, HasSubstr("dataset letters, load_files(), "));
    return text;
  }

  LoadedPlugin plugin;
};

TEST_F(FileReaderOfAPlugin, HandsOnWhatIsRightAndTheKnowledge) {
  EXPECT_TRUE(FileReader(plugin, "known").reads_files());
  EXPECT_FALSE(FileReader(plugin, "").reads_files());
  EXPECT_EQ(read().reasons[1], "torn");
  change = [](FileSamples& s) { s = {.data = {}, .reasons = {"x", "y", "z"}}; };
  EXPECT_FALSE(read().data.defined());
}

TEST_F(FileReaderOfAPlugin, WhatIsWrongIsSaidByItsField) {
  EXPECT_THAT(complaint([](FileSamples& s) { s.reasons.pop_back(); }), HasSubstr("reasons"));
  EXPECT_THAT(complaint([](FileSamples& s) { s.reasons[1] = "\xff"; }), HasSubstr("UTF-8"));
  EXPECT_THAT(complaint([](FileSamples& s) { s.scale = 0; }), HasSubstr("scale"));
  EXPECT_THAT(complaint([](FileSamples& s) { s.data = Tensor(); }), HasSubstr("data"));
  EXPECT_THAT(complaint([](FileSamples& s) { s.reasons[1] = ""; }),
              AllOf(HasSubstr("[3, 1, 2, 2]"), HasSubstr("[2, 1, 2, 2]")));
  EXPECT_THAT(complaint([](FileSamples& s) { s.data = s.data.to(at::kDouble); }),
              HasSubstr("found type Double"));
  EXPECT_THAT(complaint([](FileSamples& s) { s.data = (s.data.to(at::kFloat) * 0).div_(0); }),
              HasSubstr("NaN in sample 0 of those that were read, channel 0, row 0, column 0"));
  EXPECT_THAT(
      complaint([](FileSamples& s) { s.data = s.data.transpose(2, 3).expand({2, 3, 2, 2}); }),
      HasSubstr("[2, 3, 2, 2]"));
}

}  // namespace
}  // namespace sslhost::host
