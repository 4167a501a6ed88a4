// SPDX-License-Identifier: Apache-2.0
// Comparisons that are stopped or killed go on with the same command, to the same tables.
#include "sslhost/training/integers.hpp"

#include "tests/host/comparison/comparing.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class CompareStops : public Comparing {
 protected:
  static Arguments comparison(const std::string& folder) {
    auto words = small({"vat", "supervised"}, {"--labels", "20,50", "--seeds", "2"});
    words[4] = folder;
    words[8] = "400";  // iterations
    return words;
  }
  RunningProgram start(const Arguments& arguments) const {
    return RunningProgram(program(), arguments, path("log").string());
  }
  static bool has_run(const std::string& folder) {
    if (!std::filesystem::exists(folder)) return false;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (std::filesystem::exists(entry.path() / "checkpoint.safetensors")) return true;
    return false;
  }
};

TEST_F(CompareStops, ASignalStopsItWithCheckpointsAndTheSameCommandGoesOn) {
  ASSERT_EQ(code(run(comparison("whole")).status), 0);
  auto comparing = start(comparison("it"));
  ASSERT_TRUE(comparing.until([] { return has_run("it"); })) << comparing.errors();
  comparing.send(SIGINT);
  ASSERT_EQ(code(comparing.wait()), static_cast<int>(ExitCode::stopped)) << comparing.errors();
  EXPECT_THAT(comparing.errors(),
              AllOf(HasSubstr("asked to stop"), HasSubstr("sslhost compare vat supervised")));
  EXPECT_GT(kept()["missing"], 0);
  ASSERT_EQ(code(run(comparison("it")).status), 0);
  EXPECT_EQ(timeless(kept()), timeless(kept("whole")));
}

TEST_F(CompareStops, ASecondOneInTheFolderIsRefused) {
  auto comparing = start(comparison("it"));
  ASSERT_TRUE(comparing.until([] { return has_run("it"); })) << comparing.errors();
  expect_refused(comparison("it"), ExitCode::busy, "in use by process");
  comparing.send(SIGTERM);
  EXPECT_EQ(code(comparing.wait()), static_cast<int>(ExitCode::stopped));
}

TEST_F(CompareStops, KilledAtTenRandomMomentsItEndsInTheSameTables) {
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(code(run(comparison("whole")).status), 0);
  const auto whole = std::chrono::steady_clock::now() - begin;

  random::Integers moments(10);
  int kills = 0;
  for (int i = 0; i < 10; ++i) {
    auto comparing = start(comparison("it"));
    std::this_thread::sleep_for(whole * (0.4 * moments.unit()));
    if (comparing.ended()) continue;
    comparing.send_to_group(SIGKILL);
    comparing.wait();
    ++kills;
  }
  EXPECT_GT(kills, 4);
  const auto r = run(comparison("it"));
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_EQ(timeless(kept()), timeless(kept("whole")));
}

}  // namespace
}  // namespace sslhost::host
