// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>

#include "tests/host/data/split_file_fixture.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using sslhost::testing::read_text;
using ::testing::HasSubstr;

TEST_F(SplitFile, GivesBackWhatWasSaved) {
  for (const SplitRequest& request : kRequests) {
    const Split split = save(request);
    const SplitRecord read = load_split(path_);
    EXPECT_EQ(read.dataset, "letters");
    EXPECT_EQ(read.classes, classes_);
    EXPECT_EQ(read.split.request, request);
    EXPECT_EQ(read.split.hash, split.hash);
    EXPECT_EQ(read.split.labeled, split.labeled);
    EXPECT_EQ(read.split.unlabeled, split.unlabeled);
    EXPECT_EQ(read.split.validation, split.validation);
    EXPECT_EQ(read.split.test, split.test);
    EXPECT_EQ(read.split.test_from_training, split.test_from_training);
    for (size_t i = 0; i < read.labels.size(); ++i)
      EXPECT_EQ(read.labels[i], labels_[split.labeled[i]]);
    EXPECT_NO_THROW(check_split_fits(path_, read, "letters", source_));
  }
}

TEST_F(SplitFile, WithoutNamesAndUnlabeledPartIsWrittenAsEver) {
  save({.labels = 6});
  const auto file = ordered_json::parse(read_text(path_));
  EXPECT_EQ(file["version"], 1);
  EXPECT_FALSE(file.contains("names"));
  EXPECT_FALSE(file.contains("unlabeled_size"));
}

TEST_F(SplitFile, HoldsNoLabelBeyondTheLabeledOnes) {
  const Split split = save({.labels = 6});
  for (int64_t id = 0; id < 90; ++id)
    if (std::ranges::find(split.labeled, id) == split.labeled.end()) labels_[id] = 2 - labels_[id];
  const auto text = read_text(path_);
  save_split(path_, split, "letters", classes_, source_);
  EXPECT_EQ(read_text(path_), text);
}

TEST_F(SplitFile, EveryFieldIsRequired) {
  save(kRequests[1]);
  std::ifstream in(path_);
  const auto file = ordered_json::parse(in);
  for (const auto& [key, unused] : file.items())
    EXPECT_THAT(complaint([&](auto& f) { f.erase(key); }), HasSubstr("field " + key + ": ")) << key;
  for (const auto& [key, unused] : file["request"].items())
    EXPECT_THAT(complaint([&](auto& f) { f["request"].erase(key); }),
                HasSubstr("field request." + key + ": "))
        << key;
}

TEST_F(SplitFile, EveryFieldHasItsType) {
  save(kRequests[1]);
  std::ifstream in(path_);
  const auto file = ordered_json::parse(in);
  for (const ordered_json& wrong : {ordered_json(nullptr), ordered_json(1.5), ordered_json(-7)}) {
    for (const auto& [key, unused] : file.items())
      EXPECT_THAT(complaint([&](auto& f) { f[key] = wrong; }), HasSubstr("field " + key))
          << key << wrong;
    for (const auto& [key, unused] : file["request"].items())
      EXPECT_THAT(complaint([&](auto& f) { f["request"][key] = wrong; }),
                  HasSubstr("field request." + key))
          << key;
    for (const char* role : {"labeled", "labels", "unlabeled", "validation", "test", "classes"})
      EXPECT_THAT(complaint([&](auto& f) { f[role][1] = wrong; }),
                  HasSubstr("field " + std::string(role) + "[1]"));
  }
}

TEST_F(SplitFile, IdsAreInRangeOnceAndInOneRole) {
  save(kRequests[1]);
  for (const char* role : {"labeled", "unlabeled", "validation", "test"}) {
    const std::string field = "field " + std::string(role);
    EXPECT_THAT(complaint([&](auto& f) { f[role][2] = 90; }),
                HasSubstr(field + "[2]: expected an integer from 0 to 89"));
    EXPECT_THAT(complaint([&](auto& f) { f[role][2] = UINT64_MAX; }), HasSubstr(field + "[2]"));
    EXPECT_THAT(complaint([&](auto& f) { f[role][2] = f[role][0]; }),
                HasSubstr(field + "[2]: expected every id once"));
    EXPECT_THAT(complaint([&](auto& f) { f[role].erase(0); }), HasSubstr(field + ": expected "));
  }
  EXPECT_THAT(complaint([](auto& f) { f["validation"][0] = f["test"][0]; }),
              HasSubstr("field validation[0]"));
  EXPECT_THAT(complaint([](auto& f) { f["labeled"][0] = f["validation"][0]; }),
              HasSubstr("field labeled[0]"));
  EXPECT_THAT(complaint([](auto& f) { f["unlabeled"][0] = f["test"][0]; }),
              HasSubstr("field unlabeled[0]"));
  EXPECT_THAT(complaint([](auto& f) { f["unlabeled"][0] = f["labeled"][0]; }),
              HasSubstr("field unlabeled[0]"));
}

TEST_F(SplitFile, EveryLabeledIdHasALabel) {
  save(kRequests[0]);
  EXPECT_THAT(complaint([](auto& f) { f["labels"].erase(0); }),
              HasSubstr("field labels: expected"));
  EXPECT_THAT(complaint([](auto& f) { f["labels"].push_back(0); }),
              HasSubstr("field labels: expected"));
  EXPECT_THAT(complaint([](auto& f) { f["labels"][0] = 3; }), HasSubstr("field labels[0]"));
}

TEST_F(SplitFile, ChangeThatBreaksNoRuleIsFoundByTheHash) {
  save(kRequests[0]);
  EXPECT_THAT(complaint([](auto& f) { std::swap(f["unlabeled"][0], f["unlabeled"][1]); }),
              HasSubstr("field hash"));
  EXPECT_THAT(complaint([](auto& f) { f["request"]["seed"] = 9; }), HasSubstr("field hash"));
  EXPECT_THAT(complaint([](auto& f) { f["hash"] = std::string(64, '0'); }),
              HasSubstr("field hash"));
}

TEST_F(SplitFile, HugeSizesCostNoMemory) {
  save(kRequests[0]);
  EXPECT_THAT(complaint([](auto& f) { f["train_size"] = INT64_MAX; }),
              HasSubstr("field unlabeled"));
}

TEST_F(SplitFile, OtherVersionsAndOtherFilesAreRefused) {
  save(kRequests[0]);
  EXPECT_THAT(complaint([](auto& f) { f["version"] = 3; }),
              HasSubstr("field version: expected an integer from 1 to 2"));
  EXPECT_THAT(complaint([](auto& f) { f["format"] = "other"; }),
              HasSubstr("field format: expected sslhost split"));
  EXPECT_THAT(complaint([](auto& f) { f = 3; }), HasSubstr("expected an object"));
}

TEST_F(SplitFile, MissingCutAndForeignFilesAreDataErrors) {
  save(kRequests[0]);
  const auto size = fs::file_size(path_);
  for (const uintmax_t cut : {uintmax_t{0}, uintmax_t{1}, size / 2, size - 3}) {
    fs::resize_file(path_, cut);
    EXPECT_THROW(load_split(path_), Error) << cut;
    save(kRequests[0]);
  }
  EXPECT_THROW(load_split(folder_ / "missing"), Error);
  EXPECT_THROW(load_split(folder_.path()), Error);
}

TEST_F(SplitFile, SplitOfOtherDataIsRefused) {
  save(kRequests[0]);
  const SplitRecord record = load_split(path_);
  const auto refused = [&](const std::string& field, const std::string& dataset, int64_t classes,
                           const std::vector<int64_t>& labels, int64_t test_size) {
    const auto error = failure_of([&] {
      check_split_fits(path_, record, dataset,
                       {.labels = labels, .classes = classes, .test_size = test_size});
    });
    EXPECT_EQ(error.code(), ExitCode::data);
    EXPECT_THAT(error.what(), HasSubstr(field));
  };
  auto relabeled = labels_;
  int64_t& label = relabeled[record.split.labeled[4]];
  label = (label + 1) % 3;
  refused("dataset", "digits", 3, labels_, 15);
  refused("classes", "letters", 4, labels_, 15);
  refused("training samples", "letters", 3, {0, 1, 2}, 15);
  refused("test samples", "letters", 3, labels_, 16);
  refused("labels[4]", "letters", 3, relabeled, 15);
}

}  // namespace
}  // namespace sslhost::host
