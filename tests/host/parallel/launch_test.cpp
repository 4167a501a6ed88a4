// SPDX-License-Identifier: Apache-2.0
#include "host/parallel/launch.hpp"

#include <map>

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using Texts = std::map<std::string, std::string>;

Variables variables_of(const Texts& texts) {
  return [&](const char* name) -> const char* {
    const auto found = texts.find(name);
    return found == texts.end() ? nullptr : found->second.c_str();
  };
}

std::optional<Launch> launched(const Texts& texts) { return launch_of(variables_of(texts)); }

const Texts kTorchrun = {{"RANK", "2"},
                         {"WORLD_SIZE", "4"},
                         {"LOCAL_WORLD_SIZE", "2"},
                         {"MASTER_ADDR", "node1"},
                         {"MASTER_PORT", "29500"},
                         {"TORCHELASTIC_RESTART_COUNT", "3"},
                         {"TORCHELASTIC_USE_AGENT_STORE", "True"}};

Texts with(Texts texts, const std::string& name, const std::string& value) {
  texts[name] = value;
  return texts;
}

TEST(Launch, ByTorchrunIsWhatItsVariablesSay) {
  const auto launch = launched(kTorchrun).value();
  EXPECT_EQ(launch.rank, 2);
  EXPECT_EQ(launch.size, 4);
  EXPECT_EQ(launch.local_size, 2);
  EXPECT_EQ(launch.local_rank, 0) << "the third of four, two on each machine";
  EXPECT_EQ(launched(with(kTorchrun, "LOCAL_RANK", "1"))->local_rank, 1);
  EXPECT_EQ(launch.host, "node1");
  EXPECT_EQ(launch.port, 29500);
  EXPECT_EQ(launch.attempt, 3);
  EXPECT_TRUE(launch.served);
  EXPECT_FALSE(launch.leads());
  EXPECT_FALSE(launch.on_one_machine());
}

TEST(Launch, ByHandNeedsFourVariables) {
  const auto launch = launched({{"RANK", "0"},
                                {"WORLD_SIZE", "2"},
                                {"MASTER_ADDR", "127.0.0.1"},
                                {"MASTER_PORT", "4000"}})
                          .value();
  EXPECT_TRUE(launch.leads());
  EXPECT_TRUE(launch.on_one_machine());
  EXPECT_FALSE(launch.served);
  EXPECT_EQ(launch.attempt, 0);
}

TEST(Launch, OfOneProcessIsNone) {
  EXPECT_FALSE(launched({}));
  EXPECT_FALSE(launched(
      {{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"MASTER_ADDR", "127.0.0.1"}, {"MASTER_PORT", "4000"}}));
  EXPECT_FALSE(launched({{"RANK", "0"}, {"WORLD_SIZE", "1"}})) << "which meets nobody";
  EXPECT_FALSE(launched({{"SLURM_STEP_NUM_TASKS", "1"}})) << "likewise";
  EXPECT_FALSE(launched({{"WORLD_SIZE", "2"}})) << "somebody else's";
  EXPECT_FALSE(launched({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}, {"SLURM_JOB_ID", "7"}}))
      << "a batch script, of which srun would start the processes";
}

TEST(Launch, BySlurmIsAStepOfSrun) {
  const Texts step = {{"SLURM_PROCID", "3"},
                      {"SLURM_STEP_NUM_TASKS", "4"},
                      {"SLURM_STEP_NUM_NODES", "2"},
                      {"SLURM_STEP_TASKS_PER_NODE", "2(x2)"},
                      {"SLURM_STEP_NODELIST", "gpu[07-08]"},
                      {"SLURM_JOB_ID", "123456"},
                      {"SLURM_STEP_ID", "1"},
                      {"SLURM_LOCALID", "1"},
                      {"SLURM_RESTART_COUNT", "2"}};
  const auto launch = launched(step).value();
  EXPECT_EQ(launch.rank, 3);
  EXPECT_EQ(launch.size, 4);
  EXPECT_EQ(launch.local_size, 2);
  EXPECT_EQ(launch.local_rank, 1);
  EXPECT_EQ(launch.host, "gpu07");
  EXPECT_EQ(launch.attempt, 2);
  EXPECT_GE(launch.port, 20'000);
  EXPECT_LT(launch.port, 40'000);
  EXPECT_NE(launched(with(step, "SLURM_STEP_ID", "2"))->port, launch.port) << "two steps of a job";
  EXPECT_GE(launched(with(step, "SLURM_STEP_ID", "4294967290"))->port, 20'000)
      << "an interactive step";
  const auto here = launched(with(step, "SLURM_STEP_NUM_NODES", "1")).value();
  EXPECT_EQ(here.host, "127.0.0.1");
  EXPECT_TRUE(here.on_one_machine());
}

TEST(Launch, AttemptsAreCountedForAProcessAloneToo) {
  const auto attempt = [](const Texts& texts) { return attempt_of(variables_of(texts)); };
  EXPECT_EQ(attempt({}), 0);
  EXPECT_EQ(attempt({{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"TORCHELASTIC_RESTART_COUNT", "2"}}), 2);
  EXPECT_EQ(attempt({{"SLURM_RESTART_COUNT", "1"}, {"TORCHELASTIC_RESTART_COUNT", "0"}}), 1);
  EXPECT_EQ(launched(with(kTorchrun, "SLURM_RESTART_COUNT", "1"))->attempt, 4);
  expect_failure(ExitCode::usage, HasSubstr("SLURM_RESTART_COUNT"),
                 [&] { attempt({{"SLURM_RESTART_COUNT", "x"}}); });
}

TEST(Launch, HostsOfSlurmsListsAreRead) {
  EXPECT_EQ(first_host("node"), "node");
  EXPECT_EQ(first_host("a,b"), "a");
  EXPECT_EQ(first_host("node[03-07,9],other"), "node03");
  EXPECT_EQ(first_host("a,node[1-2]"), "a");
  EXPECT_EQ(first_host("rack[1,4]-eth,b"), "rack1-eth");
  EXPECT_EQ(first_host("node[8]"), "node8");
  EXPECT_EQ(first_host("node["), "node[");
  EXPECT_EQ(first_host(""), "");
}

TEST(Launch, WhatIsMissingOrNoNumberIsNamed) {
  const std::pair<Texts, const char*> cases[] = {
      {{{"RANK", "0"}}, "WORLD_SIZE"},
      {with(kTorchrun, "RANK", "4"), "from 0 to 3"},
      {with(kTorchrun, "RANK", "x"), "'x'"},
      {with(kTorchrun, "WORLD_SIZE", "0"), "WORLD_SIZE"},
      {with(kTorchrun, "MASTER_PORT", "70000"), "from 1 to 65535"},
      {with(kTorchrun, "MASTER_ADDR", ""), "MASTER_ADDR"},
      {with(kTorchrun, "TORCHELASTIC_RESTART_COUNT", "-1"), "TORCHELASTIC_RESTART_COUNT"}};
  for (const auto& [texts, words] : cases)
    expect_failure(ExitCode::usage, HasSubstr(words), [&, &t = texts] { launched(t); });
}

}  // namespace
}  // namespace sslhost::host
