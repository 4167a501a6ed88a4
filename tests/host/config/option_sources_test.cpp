// SPDX-License-Identifier: Apache-2.0
#include "host/config/option_sources.hpp"

#include <cstdlib>
#include <functional>

#include <gmock/gmock.h>

#include "sslhost/error.hpp"

#include "host/config/settings.hpp"
#include "host/discovery/option_problems.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using sslhost::testing::write_text;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// The host's options and a method's beside them.
class Layers : public ::testing::Test {
 protected:
  Layers() {
    Settings::describe(host, settings);
    method.add("epsilon", epsilon, "a radius").above(0).unit("pixel norm");
    method.add("note", note, "any text");
  }
  std::map<std::string, std::string> take(const std::vector<OptionSource>& sources) {
    return resolve({&host, &method}, sources).origins;
  }
  static OptionSource flags(std::initializer_list<std::pair<std::string, std::string>> given) {
    OptionSource source;
    for (const auto& [name, value] : given)
      source.entries.push_back({name, value, true, "--" + name});
    return source;
  }
  OptionSource toml(const std::string& text) {
    write_text(folder / "some.toml", text);
    return read_toml(folder / "some.toml", "recipe some");
  }
  static std::string refusal(const std::function<void()>& f) {
    return failure_text(ExitCode::usage, f);
  }
  /// For ten classes with a labeled test part, and so many training samples.
  SplitRequest request_for(int64_t train_size, int64_t unlabeled = 0, bool labeled_test = true) {
    const std::vector<int64_t> labels(static_cast<size_t>(train_size));
    return settings.split_request({.labels = labels, .classes = 10, .unlabeled_size = unlabeled},
                                  labeled_test);
  }
  TemporaryFolder folder;
  Settings settings;
  double epsilon = 1, strength = 1;
  std::string note;
  OptionList host, method;
};

TEST_F(Layers, TheHostDescribesItsOwnOptionsAsItAsksOfPlugins) {
  EXPECT_THAT(option_problems(host), ::testing::IsEmpty());
}

TEST_F(Layers, TheStrongestLayerCountsAndIsNamed) {
  const auto origins = take({flags({{"epsilon", "2"}}), toml("epsilon = 3\nseed = 4\n")});
  EXPECT_EQ(epsilon, 2);
  EXPECT_EQ(settings.seed, 4);
  EXPECT_EQ(origins.at("epsilon"), "--epsilon");
  EXPECT_EQ(origins.at("seed"), "recipe some, line 2");
  EXPECT_EQ(origins.at("labels"), "default");
}

TEST_F(Layers, TheLastOfEqualFlagsCounts) {
  take({flags({{"seed", "1"}, {"seed", "2"}})});
  EXPECT_EQ(settings.seed, 2);
}

TEST_F(Layers, AnOptionIsSetOnceInAFile) {
  EXPECT_THAT(refusal([&] { take({toml("log_every = 7\nlog-every = 8\n")}); }),
              AllOf(HasSubstr("recipe some, line 1"), HasSubstr("recipe some, line 2"),
                    HasSubstr("sets option log_every")));
  method.add("learning_rate", strength, "a rate").formerly("rate");
  EXPECT_THAT(refusal([&] { take({toml("learning_rate = 1.0\nrate = 2.0\n")}); }),
              HasSubstr("sets option learning_rate"))
      << "an earlier name is the same option";
}

TEST_F(Layers, AFlagWithoutItsValueIsOneForSwitchesAlone) {
  const auto alone = [](const std::string& name) {
    return OptionSource{{{name, "true", true, "--" + name, true}}};
  };
  take({alone("overlap")});
  EXPECT_TRUE(settings.overlap);
  for (const char* name : {"out", "seed", "note", "draw"})
    EXPECT_THAT(
        refusal([&] { take({alone(name)}); }),
        AllOf(HasSubstr("--" + std::string(name) + ": expected a value"), HasSubstr("found none")));
  EXPECT_THAT(refusal([&] { text_of(alone("data"), "data"); }), HasSubstr("--data"));
}

TEST_F(Layers, ATextInPlaceOfANumberIsCalledThat) {
  EXPECT_THAT(refusal([&] { take({toml("epsilon = \"0.2\"\n")}); }),
              HasSubstr("epsilon: expected number, found the text \"0.2\""));
}

TEST_F(Layers, DashesInNamesAreUnderscores) {
  take({flags({{"log-every", "7"}})});
  EXPECT_EQ(settings.log_every, 7);
  EXPECT_NE(flags({{"log-every", "7"}}).find("log_every"), nullptr);
}

TEST_F(Layers, EverythingThatIsWrongIsReportedAtOnceWithItsPlace) {
  const auto text = refusal([&] {
    take({flags({{"epsilom", "2"}, {"seed", "x"}}),
          toml("labels = -2\nepsilon = \"wide\"\nlog_evry = 3\n")});
  });
  EXPECT_THAT(
      text, AllOf(HasSubstr("5 options"), HasSubstr("did you mean epsilon"), HasSubstr("--seed"),
                  HasSubstr("recipe some, line 1: labels"),
                  HasSubstr("recipe some, line 2: epsilon"), HasSubstr("did you mean log_every")));
}

TEST_F(Layers, VariablesThatNameNoOptionArePassedOver) {
  ::setenv("SSLHOST_SEED", "11", 1);
  ::setenv("SSLHOST_NOT_AN_OPTION", "11", 1);
  const auto origins = take({read_environment()});
  ::unsetenv("SSLHOST_SEED");
  ::unsetenv("SSLHOST_NOT_AN_OPTION");
  EXPECT_EQ(settings.seed, 11);
  EXPECT_EQ(origins.at("seed"), "SSLHOST_SEED");
}

TEST_F(Layers, FormerNamesAreTakenFromEverySourceAndReported) {
  method.add("strength", strength, "a weight").formerly("old_weight");
  ::setenv("SSLHOST_OLD_WEIGHT", "4", 1);
  const auto by = [&](const std::vector<OptionSource>& sources) {
    return resolve({&host, &method}, sources);
  };
  const auto all = by({flags({{"old-weight", "3"}}), read_environment(), toml("old_weight = 5\n")});
  EXPECT_EQ(strength, 3);
  EXPECT_EQ(all.origins.at("strength"), "--old-weight");
  EXPECT_EQ(all.former, (std::map<std::string, std::string>{{"strength", "old_weight"}}))
      << "once, whoever used it";
  EXPECT_FALSE(all.origins.contains("old_weight"));
  const auto weaker = by({flags({{"strength", "2"}}), read_environment()});
  ::unsetenv("SSLHOST_OLD_WEIGHT");
  EXPECT_EQ(strength, 2);
  EXPECT_EQ(weaker.former.size(), 1u) << "overruled, and still to be mended";
  EXPECT_TRUE(by({flags({{"strength", "2"}, {"log-every", "7"}})}).former.empty());
}

TEST_F(Layers, ValidationIsACountOrAShareOfTheTrainingPart) {
  const auto samples = [&](const std::string& given, int64_t train_size) {
    take({flags({{"validation", given}})});
    return request_for(train_size).validation;
  };
  EXPECT_EQ(samples("5000", 50000), 5000);
  EXPECT_EQ(samples("0.15", 50000), 7500);
  EXPECT_EQ(samples("0.15", 3823), 573) << "rounded to the nearest";
  EXPECT_EQ(samples("0.0001", 100), 1) << "a share is never nothing";
  EXPECT_EQ(samples("1", 100), 1) << "a count";
  EXPECT_EQ(samples("0", 100), 0);
  EXPECT_THAT(refusal([&] { samples("2.5", 100); }),
              AllOf(HasSubstr("option validation"), HasSubstr("found 2.5")));
  EXPECT_THAT(refusal([&] { samples("-0.1", 100); }), HasSubstr(">= 0"));
}

TEST_F(Layers, AllLabelsAreThoseThatNoOtherRoleTook) {
  take({flags({{"labels", "-1"}, {"validation", "0.1"}, {"holdout", "200"}})});
  const auto request = request_for(1000);
  EXPECT_EQ(request.labels, 700);
  EXPECT_EQ(request.draw, SplitRequest::Draw::random) << "classes may differ in size";
  take({flags({{"holdout", "1000"}})});
  EXPECT_EQ(request_for(1000).labels, 1) << "refused as a holdout, not as labels";
}

TEST_F(Layers, DataOfOnesOwnLendAllTheirLabelsAndAQuarterOfThemForTesting) {
  take({flags({})});
  EXPECT_EQ(request_for(1000).holdout, 0) << "there is a labeled test part";
  EXPECT_EQ(request_for(1000, 0, false).holdout, 250);
  EXPECT_EQ(request_for(50000, 0, false).holdout, 1000);
  EXPECT_EQ(request_for(1000, 0, false).labels, 750) << "nobody sorts photos to have them left out";
  EXPECT_EQ(request_for(1000, 5, false).labels, 750);
  EXPECT_EQ(request_for(1000, 5, false).draw, SplitRequest::Draw::random);
  take({flags({{"labels", "20"}, {"holdout", "30"}})});
  EXPECT_EQ(request_for(1000, 5, false).labels, 20);
  EXPECT_EQ(request_for(1000, 5, false).holdout, 30);
  EXPECT_EQ(request_for(1000, 5, true).holdout, 30);
}

TEST_F(Layers, TomlThatCannotBeReadIsNamedWithItsLine) {
  EXPECT_THAT(refusal([&] { toml("seed = 1\nepsilon = = 2\n"); }),
              HasSubstr("recipe some, line 2"));
  EXPECT_THAT(refusal([&] { toml("seed = 1\n[table]\nx = 1\n"); }), HasSubstr("table"));
  EXPECT_THAT(refusal([&] { toml("seed = [1, 2]\n"); }), HasSubstr("'seed'"));
  EXPECT_THAT(failure_text(ExitCode::data, [&] { toml("seed = 1\nout = \"caf\xE9\"\n"); }),
              AllOf(HasSubstr("recipe some, line 2"), HasSubstr("UTF-8")));
  EXPECT_EQ(toml("\xEF\xBB\xBFseed = 3\n").entries.size(), 1U) << "a byte order mark";
}

TEST_F(Layers, WrittenValuesComeBackTheSame) {
  take({flags(
      {{"epsilon", "0.1"}, {"seed", "123456789012"}, {"overlap", "false"}, {"draw", "random"}})});
  note = "quotes \" and \\ and\nlines and \t tabs and ümläuts";
  const auto text = to_toml({&host, &method});
  EXPECT_THAT(text, HasSubstr("# a radius [pixel norm]\nepsilon = 0.1"));
  const auto written = note;
  settings = Settings();
  epsilon = 0;
  note.clear();
  take({toml(text)});
  EXPECT_EQ(epsilon, 0.1);
  EXPECT_EQ(settings.seed, 123456789012);
  EXPECT_FALSE(settings.overlap);
  EXPECT_EQ(settings.draw, SplitRequest::Draw::random);
  EXPECT_EQ(note, written);
}

// TOML has strings of several lines, of which a line's end at their beginning is no part.
TEST_F(Layers, TextOfSeveralLinesComesBackTheSame) {
  for (const std::string written : {"\nfirst", "\n\n]]as\ntanda", "\r\nfirst", "last\n", "\n",
                                    "''' and \"\"\"\nboth", "'", "\\\n", "C:\\photos", "\x7f"}) {
    note = written;
    const auto text = to_toml({&host, &method});
    note.clear();
    take({toml(text)});
    EXPECT_EQ(note, written) << text;
  }
}

TEST_F(Layers, TextThatNoFileOfOursCanHoldIsRefused) {
  EXPECT_THAT(refusal([&] { take({flags({{"note", "caf\xe9"}})}); }),
              HasSubstr("--note: expected text in UTF-8, found other bytes"));
}

TEST_F(Layers, SplitRequestsTakeTheRunsSeedUnlessTheyHaveTheirOwn) {
  take({flags({{"seed", "5"}})});
  EXPECT_EQ(request_for(1000).seed, 5U);
  EXPECT_EQ(request_for(1000).labels, 50) << "five for each class";
  take({flags({{"seed", "5"}, {"split_seed", "2"}, {"labels", "20"}})});
  EXPECT_EQ(request_for(1000).seed, 2U);
  EXPECT_EQ(request_for(1000).labels, 20);
}

}  // namespace
}  // namespace sslhost::host
