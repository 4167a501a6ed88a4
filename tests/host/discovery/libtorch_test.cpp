// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/libtorch.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/discovery/python.hpp"
#include "tests/support/built.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::built;
using sslhost::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// No LibTorch anywhere: no variables, no set-up, no Python, a worker that names no folders.
class FindLibTorch : public ::testing::Test {
 protected:
  FindLibTorch() {
    for (const char* name : {"LD_LIBRARY_PATH", "LIBTORCH"}) unsetenv(name);
    setenv("SSLHOST_CACHE", (folder_.path() / "cache").c_str(), 1);
    setenv("PATH", folder_.path().c_str(), 1);
  }
  std::string put(const std::string& name, const std::string& version) const {
    folder_.write(name + "/lib/libtorch_cpu.so", "");
    folder_.write(name + "/version.py", "debug = False\n__version__ = '" + version + "'\n");
    return (folder_.path() / name).string();
  }

  const TemporaryFolder folder_;
  const std::filesystem::path worker_ = folder_.write("bin/sslhost-worker", "no program");
};

TEST_F(FindLibTorch, NowhereIsAnAnswer) {
  const auto found = find_libtorch(worker_);
  EXPECT_TRUE(found.folder.empty());
  EXPECT_TRUE(found.refused.empty());
}

TEST_F(FindLibTorch, TheWorkersOwnRunPathNamesIt) {
  const auto found = find_libtorch(built("bin/sslhost-worker"));
  EXPECT_TRUE(std::filesystem::exists(found.folder / "lib/libtorch_cpu.so"));
  EXPECT_THAT(found.version, HasSubstr(libtorch_wanted() + "."));
  EXPECT_EQ(found.origin, "the run path of sslhost-worker");
}

TEST_F(FindLibTorch, WhatTheLoaderWillTakeComesFirst) {
  setenv("LD_LIBRARY_PATH", ("/nonexistent::" + put("other", "1.13.0") + "/lib").c_str(), 1);
  const auto found = find_libtorch(built("bin/sslhost-worker"));
  EXPECT_EQ(found.folder, folder_.path() / "other");
  EXPECT_EQ(found.version, "1.13.0");
}

TEST_F(FindLibTorch, VariablesAndSetUpAndPythonAreAskedInThisOrder) {
  const auto fitting = libtorch_wanted() + ".0+cu130";
  folder_.write("python3", "#!/bin/sh\necho " + put("of python", fitting) + "\n");
  std::filesystem::permissions(folder_.path() / "python3", std::filesystem::perms::owner_all);
  setenv("PATH", (folder_.path().string() + ":/usr/bin:/bin").c_str(), 1);
  EXPECT_EQ(find_libtorch(worker_).folder, folder_.path() / "of python");

  folder_.write(
      "cache/torch-" + libtorch_wanted() + ".0/dependencies.cmake",
      "# Written by scripts/setup.\nset(SSLHOST_SETUP_TORCH \"" + put("set up", fitting) + "\")\n");
  EXPECT_EQ(find_libtorch(worker_).origin, "scripts/setup");

  setenv("LIBTORCH", put("named", fitting).c_str(), 1);
  EXPECT_EQ(find_libtorch(worker_).folder, folder_.path() / "named");
  EXPECT_EQ(find_libtorch(worker_).version, fitting);
}

// Only the library of what needs CUDA wants more (tests/install/package_test.sh).
TEST_F(FindLibTorch, OneWithoutCudaIsAsGood) {
  setenv("LIBTORCH", put("small", libtorch_wanted() + ".0+cpu").c_str(), 1);
  EXPECT_EQ(find_libtorch(worker_).folder, folder_.path() / "small");
}

TEST_F(FindLibTorch, AnotherVersionIsNamedAndNotTaken) {
  setenv("LIBTORCH", put("old", "2.9.1+cpu").c_str(), 1);
  auto found = find_libtorch(worker_);
  EXPECT_TRUE(found.folder.empty());
  EXPECT_THAT(found.refused, ElementsAre(HasSubstr("old is LibTorch 2.9.1+cpu, not ")));

  setenv("LIBTORCH", "/nonexistent", 1);
  EXPECT_THAT(find_libtorch(worker_).refused,
              ElementsAre("LIBTORCH: /nonexistent has no lib/libtorch_cpu.so"));
}

TEST_F(FindLibTorch, ThePythonOfAPackageIsThatOfItsEnvironment) {
  const auto programs = folder_.path() / "env/lib/python3.12/site-packages/sslhost/bin";
  EXPECT_EQ(python_of(programs), "python3") << "none there";
  folder_.write("env/bin/python3", "");
  EXPECT_EQ(python_of(programs), (folder_.path() / "env/bin/python3").string());
  EXPECT_EQ(python_of(folder_.path() / "env/bin"), "python3");
}

}  // namespace
}  // namespace sslhost::host
