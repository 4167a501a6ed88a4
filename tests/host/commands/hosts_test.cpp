// SPDX-License-Identifier: Apache-2.0
// Computers that are set up in other ways: languages, time zones, clocks, homes, limits, names.
// The same bits come everywhere, or one sentence says what is missing.
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

class Hosts : public Program {
 protected:
  /// The program under another one that sets something up, such as {"/usr/bin/env", "A=B"}.
  static ChildResult run_under(Arguments wrapper, const Arguments& arguments) {
    wrapper.push_back(program());
    const auto file = wrapper.front();
    wrapper.erase(wrapper.begin());
    return run_child(file, wrapper + arguments, std::chrono::minutes(4));
  }
  /// As after `ulimit LIMIT` in a shell.
  static ChildResult run_limited(const std::string& limit, const Arguments& arguments) {
    return run_under({"/bin/bash", "-c", "ulimit " + limit + "; exec \"$@\"", "bash"}, arguments);
  }
  void SetUp() override { ASSERT_EQ(code(run(small_run(10, "plain")).status), 0); }

  static void expect_plain(const ChildResult& r, const std::string& out) {
    ASSERT_EQ(code(r.status), 0) << out << r.errors;
    expect_same_end(out, "plain");
  }
};

TEST_F(Hosts, LanguagesTimeZonesAndHomesChangeNoBit) {
  const std::vector<Arguments> environments = {
      {"LC_ALL=xx_YY.UTF-8"},
      {"TZ=Pacific/Kiritimati"},
      {"TZ=:::"},
      {"-u", "HOME", "-u", "XDG_CACHE_HOME", "-u", "XDG_DATA_HOME"},
      {"-i"},
      {"-u", "XDG_CACHE_HOME", "-u", "XDG_DATA_HOME", "HOME=/proc/1"},
      {"-u", "XDG_CACHE_HOME", "-u", "XDG_DATA_HOME", "HOME=/etc/passwd"},
      {"XDG_CACHE_HOME=/nonexistent/x", "XDG_DATA_HOME=/nonexistent/x"},
      {"TMPDIR=/nonexistent"}};
  for (size_t i = 0; i < environments.size(); ++i) {
    const auto out = "run" + std::to_string(i);
    expect_plain(run_under(Arguments{"/usr/bin/env"} + environments[i], small_run(10, out)), out);
  }
}

/// German writes 0,2 for 0.2, and Turkish has another capital for i.
TEST_F(Hosts, NumbersAndNamesAreReadTheSameInEveryLanguage) {
  for (const std::string language : {"de_DE", "tr_TR"}) {
    const auto made = run_child(
        "/usr/bin/env", {"localedef", "-i", language, "-f", "UTF-8", path(language + ".UTF-8")},
        std::chrono::minutes(1));
    if (!std::filesystem::exists(language + ".UTF-8"))
      GTEST_SKIP() << "localedef made no " << language
                   << " (Debian's package locales): " << made.errors;
    const Arguments wrapper = {"/usr/bin/env", "LOCPATH=" + path("").string(),
                               "LC_ALL=" + language + ".UTF-8"};
    expect_plain(run_under(wrapper, small_run(10, language)), language);
    const auto r =
        run_under(wrapper, small_run(10, language + "2") + Arguments{"--set", "epsilon=0.5"});
    ASSERT_EQ(code(r.status), 0) << r.errors;
    EXPECT_THAT(read_text(language + "2/config.toml"), HasSubstr("epsilon = 0.5"));
  }
}

TEST_F(Hosts, ClocksThatGoBackOrAreWrongChangeNoBit) {
  const auto shim = built("lib/libbackward_clock.so").string();
  expect_plain(run_under({"/usr/bin/env", "LD_PRELOAD=" + shim}, small_run(10, "back")), "back");
  const auto again = run_under({"/usr/bin/env", "LD_PRELOAD=" + shim}, {"--resume", "plain"});
  EXPECT_EQ(code(again.status), 0) << again.errors;
}

TEST_F(Hosts, OneProcessorSmallStacksAndFewFilesAreEnough) {
  expect_plain(run_under({"/usr/bin/taskset", "1"}, small_run(10, "one")), "one");
  expect_plain(run_limited("-s 256", small_run(10, "stack")), "stack");
  expect_plain(run_limited("-n 32", small_run(10, "files")), "files");
}

TEST_F(Hosts, NamesOfRunFoldersMayBeLongAndStrange) {
  for (const auto& name : {std::string(255, 'n'), std::string("a b \"c\" 'd'\ne\tf$(g)*?;&|<"),
                           std::string("./-q"), std::string("\xe5\x9b\xbe\xe7\x89\x87")}) {
    expect_plain(run(small_run(10, name)), name);
    const auto r = run({"predict", name});
    EXPECT_EQ(code(r.status), 0) << name << r.errors;
  }
  const auto r = run(small_run(10, std::string(256, 'n')));
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::storage));
  EXPECT_THAT(r.errors, HasSubstr("File name too long"));
}

TEST_F(Hosts, ALimitOfAddressesIsNamed) {
  for (const std::string megabytes : {"100", "200", "350"}) {
    const auto r = run_limited("-v " + megabytes + "000", small_run(10, "limited"));
    EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::device)) << megabytes << r.errors;
    EXPECT_THAT(r.errors, HasSubstr("MB (ulimit -v)"));
    EXPECT_FALSE(std::filesystem::exists("limited"));
  }
}

TEST_F(Hosts, ALimitOfFileSizesIsAnErrorOfStorage) {
  const auto r = run_limited("-f 8", small_run(10, "limited"));  // KB: less than a checkpoint
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::storage)) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("File too large"));
}

}  // namespace
}  // namespace sslhost::host
