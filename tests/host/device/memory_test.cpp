// SPDX-License-Identifier: Apache-2.0
#include "host/device/memory.hpp"

#include <sys/resource.h>

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using sslhost::testing::write_text;
using ::testing::AllOf;
using ::testing::HasSubstr;

class MemoryOfAnotherMachine : public ::testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((root / name).parent_path());
    write_text(root / name, text);
  }
  void machine_with(int64_t available_kb, int64_t swap_kb = 0) const {
    put("proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable: " + std::to_string(available_kb) +
                            " kB\nSwapFree: " + std::to_string(swap_kb) + " kB\n");
  }
  TemporaryFolder root;
};

TEST_F(MemoryOfAnotherMachine, IsWhatIsAvailableAndWhatCanBeWrittenOut) {
  machine_with(3000, 1000);
  EXPECT_EQ(free_memory(root.path()).bytes, 4000 * 1024);
  EXPECT_EQ(free_memory(root.path()).limit, "on this machine");
}

TEST_F(MemoryOfAnotherMachine, IsBoundByTheTightestControlGroupAboveIt) {
  machine_with(9'000'000);
  put("proc/self/cgroup", "0::/outer/inner\n");
  const std::string groups = "sys/fs/cgroup/";
  put(groups + "outer/inner/memory.max", "max\n");
  put(groups + "outer/inner/memory.current", "5000\n");
  put(groups + "outer/memory.max", "10000\n");
  put(groups + "outer/memory.current", "7000\n");
  put(groups + "outer/memory.stat", "anon 10\ninactive_file 2000\n");
  EXPECT_EQ(free_memory(root.path()).bytes, 5000);
  EXPECT_EQ(free_memory(root.path()).limit, "in its control group");
  put(groups + "outer/memory.current", "20000\n");
  EXPECT_EQ(free_memory(root.path()).bytes, 0) << "above its limit for a moment";
}

TEST_F(MemoryOfAnotherMachine, IsBoundByTheGroupsOfAnOlderSystemAndOfAContainer) {
  machine_with(9'000'000);
  put("proc/self/cgroup", "3:cpu:/x\n7:memory,hugetlb:/not/seen/here\n");
  put("sys/fs/cgroup/memory/memory.limit_in_bytes", "8000\n");
  put("sys/fs/cgroup/memory/memory.usage_in_bytes", "6000\n");
  put("sys/fs/cgroup/memory/memory.stat", "total_inactive_file 500\n");
  EXPECT_EQ(free_memory(root.path()).bytes, 2500);
}

TEST_F(MemoryOfAnotherMachine, IsNotBoundByFilesThatSayNothing) {
  EXPECT_GT(free_memory(root.path()).bytes, int64_t{1} << 60);
  for (const char* text : {"", ":", "0:", "0::\n", "nonsense\n0::/../..\n"}) {
    put("proc/self/cgroup", text);
    put("proc/meminfo", text);
    EXPECT_GT(free_memory(root.path()).bytes, int64_t{1} << 60) << text;
  }
}

TEST(Memory, OfThisProcessIsLessThanWhatIsLeftAndWhatItHas) {
  EXPECT_GT(resident_bytes(), 1 << 20);
  EXPECT_GT(free_memory().bytes, 0);
  require_memory("a little", 1 << 20);
}

TEST(Memory, WhatDoesNotFitIsNamedWithItsLimit) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_DATA, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = rlim_t{1} << 30;
  ASSERT_EQ(setrlimit(RLIMIT_DATA, &tight), 0);
  const auto free = free_memory();
  EXPECT_EQ(free.limit, "under ulimit -d");
  EXPECT_LT(free.bytes, int64_t{1} << 30);
  sslhost::expect_failure(
      ExitCode::device,
      AllOf(HasSubstr("the state 'bank'"), HasSubstr("expected enough memory, found 5.0 GB wanted"),
            HasSubstr("are left under ulimit -d")),
      [] { require_memory("the state 'bank'", 5'000'000'000); });
  ASSERT_EQ(setrlimit(RLIMIT_DATA, &before), 0);
}

}  // namespace
}  // namespace sslhost::host
