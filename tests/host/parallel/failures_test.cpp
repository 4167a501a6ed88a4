// SPDX-License-Identifier: Apache-2.0
// What several processes say when they cannot train together, or one of them is lost.
#include "tests/support/failures.hpp"

#include <future>

#include "host/parallel/group.hpp"
#include "tests/host/parallel/ranks.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RankFailures : public Together {
 protected:
  static Arguments endless(const Arguments& more = {}) {
    return training("vat", 1'000'000, "it",
                    Arguments{"--unlabeled-batch", "96", "--timeout", "5"} + more);
  }
  static bool trains() {
    return std::filesystem::exists("it/metrics.jsonl") &&
           read_text("it/metrics.jsonl").find("\"iteration\":5") != std::string::npos;
  }
};

TEST_F(RankFailures, ARankThatIsKilledEndsTheOthersInWords) {
  for (const int lost : {0, 1}) {
    std::filesystem::remove_all("it");
    auto ranks = start(2, endless());
    ASSERT_TRUE(ranks[0]->until(trains)) << ranks[0]->errors();
    kill(ranks[static_cast<size_t>(lost)]->worker(), SIGKILL);
    auto& other = *ranks[static_cast<size_t>(1 - lost)];
    EXPECT_EQ(code(other.wait()), 7) << other.errors();
    EXPECT_THAT(other.errors(), AllOf(HasSubstr("rank " + std::to_string(1 - lost) + " of 2"),
                                      HasSubstr("no answer of rank " + std::to_string(lost))));
    EXPECT_NE(code(ranks[static_cast<size_t>(lost)]->wait()), 0);
  }
}

TEST_F(RankFailures, ARankThatStandsStillIsNamedWhenTheTimeIsOver) {
  auto ranks = start(2, endless());
  ASSERT_TRUE(ranks[0]->until(trains)) << ranks[0]->errors();
  const auto stopped = ranks[1]->worker();
  kill(stopped, SIGSTOP);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(code(ranks[0]->wait()), 7) << ranks[0]->errors();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5 + 5 + 5))
      << "the timeout, a few seconds to ask who is there, and a busy machine";
  EXPECT_THAT(ranks[0]->errors(), AllOf(HasSubstr("no answer of rank 1"), HasSubstr("--timeout")));
  kill(stopped, SIGKILL);
}

TEST_F(RankFailures, ARankThatNeverComesIsWaitedForSoLong) {
  const auto alone = start_rank(0, 2, free_port(), endless());
  EXPECT_EQ(code(alone->wait()), 7) << alone->errors();
  EXPECT_THAT(alone->errors(), HasSubstr("no answer of rank 1"));
  EXPECT_FALSE(std::filesystem::exists("it"));
}

TEST_F(RankFailures, ALimitOfOurOwnIsPutDownToNoOption) {
  const int port = free_port();
  const auto join = [port](int rank) {
    return join_group({.rank = rank,
                       .size = 2,
                       .local_rank = rank,
                       .local_size = 2,
                       .host = "127.0.0.1",
                       .port = static_cast<std::uint16_t>(port)},
                      c10::kCPU, std::chrono::seconds(20));
  };
  auto other = std::async(std::launch::async, join, 1);
  const auto group = join(0);
  const auto still = other.get();
  const auto text =
      failure_text(ExitCode::device, [&] { group->wait_for_all(std::chrono::seconds(1)); });
  EXPECT_THAT(text, AllOf(HasSubstr("ready to train within 1 s"), Not(HasSubstr("--timeout"))));
}

TEST_F(RankFailures, WhatCannotBeSharedIsRefusedByAll) {
  const std::pair<Arguments, const char*> cases[] = {
      {training("vat", 4, "it", {"--unlabeled-batch", "97"}), "take 96"},
      {training("autoencoder-transfer", 4, "it", {"--finetune-batch", "51"}), "'finetune'"},
      {training("label-propagation", 4, "it"), "label-propagation"},
      {training("vat", 4, "it", {"--device", "cuda:0"}), "--device cuda"}};
  for (const auto& [words, expected] : cases) {
    auto arguments = words;
    if (words[1] == "label-propagation")
      arguments = {"--plugin", "label-propagation", "--dataset", "digits", "--out", "it"};
    for (auto& rank : start(2, arguments)) {
      EXPECT_EQ(code(rank->wait()), 2) << rank->errors();
      EXPECT_THAT(rank->errors(), HasSubstr(expected));
    }
    EXPECT_FALSE(std::filesystem::exists("it"));
  }
}

TEST_F(RankFailures, HalfAnEnvironmentIsRefused) {
  RunningProgram half("/usr/bin/env",
                      Arguments{"RANK=0", program().string()} + training("vat", 4, "it"), "half");
  EXPECT_EQ(code(half.wait()), 2) << half.errors();
  EXPECT_THAT(half.errors(), HasSubstr("WORLD_SIZE"));
}

}  // namespace
}  // namespace sslhost::host
