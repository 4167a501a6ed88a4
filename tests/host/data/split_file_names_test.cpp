// SPDX-License-Identifier: Apache-2.0
// Split files of datasets with names and an unlabeled part.
#include "tests/host/data/split_file_fixture.hpp"

namespace sslhost::host {
namespace {

using nlohmann::ordered_json;
using sslhost::testing::read_text;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SplitFileOfNames : public SplitFile {
 protected:
  /// A dataset with names and an unlabeled part.
  SplitFileOfNames() {
    for (size_t i = 0; i < labels_.size(); ++i) names_.push_back("row " + std::to_string(i));
    source_.names = names_;
    source_.unlabeled_size = 25;
  }

  /// What check_split_fits() says of the file.
  std::string misfit(const SplitSource& source) const {
    try {
      check_split_fits(path_, load_split(path_), "letters", source);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return e.what();
    }
    return "fits";
  }

  std::vector<std::string> names_;
};

TEST_F(SplitFileOfNames, GivesBackNamesAndAnUnlabeledPart) {
  for (const SplitRequest& request : kRequests) {
    const Split split = save(request);
    const SplitRecord read = load_split(path_);
    EXPECT_EQ(read.split.unlabeled_size, 25);
    EXPECT_EQ(read.split.unlabeled, split.unlabeled);
    ASSERT_EQ(read.names.size(), split.labeled.size());
    for (size_t i = 0; i < read.names.size(); ++i)
      EXPECT_EQ(read.names[i], "row " + std::to_string(split.labeled[i]));
    EXPECT_NO_THROW(check_split_fits(path_, read, "letters", source_));
  }
  EXPECT_EQ(ordered_json::parse(read_text(path_))["version"], 2);
}

TEST_F(SplitFileOfNames, NamesAloneLeaveTheVersion) {
  source_.unlabeled_size = 0;
  save({.labels = 6});
  EXPECT_EQ(ordered_json::parse(read_text(path_))["version"], 1);
  EXPECT_EQ(load_split(path_).names.size(), 6u);
}

TEST_F(SplitFileOfNames, AnUnlabeledPartIsReadWithTheSameCare) {
  save(kRequests[1]);
  EXPECT_THAT(complaint([](auto& f) { f.erase("unlabeled_size"); }),
              HasSubstr("field unlabeled_size: "));
  EXPECT_THAT(complaint([](auto& f) { f["unlabeled_size"] = 0; }),
              HasSubstr("field unlabeled_size: expected an integer from 1"));
  EXPECT_THAT(complaint([](auto& f) { f["unlabeled_size"] = INT64_MAX; }),
              HasSubstr("field unlabeled_size"))
      << "the number of ids must not overflow";
  EXPECT_THAT(complaint([](auto& f) { f["unlabeled_size"] = 26; }), HasSubstr("field unlabeled"));
  EXPECT_THAT(complaint([](auto& f) { f["unlabeled"][2] = 115; }),
              HasSubstr("field unlabeled[2]: expected an integer from 0 to 114"));
  for (const char* role : {"labeled", "validation", "test"})
    EXPECT_THAT(complaint([&](auto& f) { f[role][2] = 90; }),
                HasSubstr("[2]: expected an integer from 0 to 89"))
        << role;
  EXPECT_THAT(complaint([](auto& f) { f["version"] = 1; }), HasSubstr("field unlabeled"));
  EXPECT_THAT(complaint([](auto& f) { f["names"].erase(0); }), HasSubstr("field names: expected"));
  EXPECT_THAT(complaint([](auto& f) { f["names"][1] = 5; }), HasSubstr("field names[1]: "));
}

TEST_F(SplitFileOfNames, NamesTellWhoseSplitItIs) {
  const auto split = save({.labels = 6});
  EXPECT_EQ(misfit(source_), "fits");
  auto renamed = names_;
  renamed[split.labeled[4]] = "another";
  renamed[split.labeled[5]] = "a third";
  auto other = source_;
  other.names = renamed;
  EXPECT_THAT(misfit(other), AllOf(HasSubstr("field names[4]: expected another, as in the dataset"),
                                   HasSubstr("row " + std::to_string(split.labeled[4]))));
  other.names = {};
  EXPECT_THAT(misfit(other), HasSubstr("field names: expected none"));
  other = source_;
}

TEST_F(SplitFileOfNames, SamplesThatAreGoneAreNamedWhereTheyCanBe) {
  const auto split = save({.labels = 6});
  auto other = source_;
  other.unlabeled_size = 24;
  EXPECT_THAT(misfit(other),
              AllOf(HasSubstr("expected 25 unlabeled samples, as when the split was drawn"),
                    HasSubstr("24; which are gone is not known"), HasSubstr("leave out --split")));
  other.unlabeled_size = 26;
  EXPECT_THAT(misfit(other), Not(HasSubstr("gone")));
  const auto name = names_[split.labeled[4]];
  std::erase(names_, name);
  labels_.pop_back();
  folder_.write("config.toml", "");
  other = source_;
  other.labels = labels_;
  other.names = names_;
  EXPECT_THAT(misfit(other),
              AllOf(HasSubstr("expected 90 training samples"), HasSubstr("89; gone are 1: " + name),
                    HasSubstr("sslhost --recipe"), HasSubstr("--out OTHER")));
}

TEST_F(SplitFileOfNames, OfATimeWithoutNamesFitsDataWithSome) {
  source_.unlabeled_size = 0;
  auto unnamed = source_;
  unnamed.names = {};
  std::swap(source_, unnamed);
  save({.labels = 6});
  EXPECT_EQ(misfit(unnamed), "fits");
}

}  // namespace
}  // namespace sslhost::host
