// SPDX-License-Identifier: Apache-2.0
#pragma once

// The true front program beside a worker that has no trainer (scripted_command.cpp), in a folder
// laid out as installed.

#include <chrono>
#include <cstdlib>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "host/discovery/child.hpp"
#include "tests/support/built.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {

using sslhost::testing::built;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;

inline std::filesystem::path front() { return built("tests/front/bin/sslhost"); }

class Front : public ::testing::Test {
 protected:
  Front() {
    for (const char* name : {"SSLHOST_PLUGIN_PATH", "SSLHOST_CACHE", "GOMP_SPINCOUNT"})
      unsetenv(name);
    setenv("XDG_DATA_HOME", (folder_.path() / "data").c_str(), 1);
    setenv("XDG_CACHE_HOME", (folder_.path() / "cache").c_str(), 1);
  }
  static ChildResult run(const std::vector<std::string>& arguments) {
    return run_child(front(), arguments, std::chrono::seconds(120));
  }
  static int code(const ChildResult& r) {
    return WIFEXITED(r.status) ? WEXITSTATUS(r.status) : -WTERMSIG(r.status);
  }
  static const nlohmann::json& entry(const nlohmann::json& list, const std::string& file) {
    for (const auto& p : list["plugins"])
      if (std::filesystem::path(p["file"].get<std::string>()).filename() == file) return p;
    throw std::out_of_range(file);
  }

  const TemporaryFolder folder_;
};

}  // namespace sslhost::host
