// SPDX-License-Identifier: Apache-2.0
#pragma once

// The built sslhost as a child process, in an empty folder of its own and free of the caller's
// SSLHOST_* variables.

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/discovery/child.hpp"
#include "tests/support/built.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {

using sslhost::testing::built;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;

using Arguments = std::vector<std::string>;

inline Arguments operator+(Arguments all, const Arguments& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

class Program : public ::testing::Test {
 protected:
  Program() {
    Arguments variables;
    for (char** v = environ; *v != nullptr; ++v)
      variables.emplace_back(*v, std::string_view(*v).find('='));
    for (const auto& name : variables)
      if (name.starts_with("SSLHOST_") && name != "SSLHOST_SOURCE_DIR" &&
          name != "SSLHOST_BINARY_DIR")
        unsetenv(name.c_str());
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    setenv("XDG_DATA_HOME", path("data").c_str(), 1);
    setenv("XDG_CACHE_HOME", path("cache").c_str(), 1);
    std::filesystem::current_path(folder_.path());  // where runs/ and sslhost.toml belong
  }
  ~Program() override { std::filesystem::current_path("/"); }

  static std::filesystem::path program() { return built("bin/sslhost"); }
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  static ChildResult run(const Arguments& arguments) {
    return run_child(program(), arguments, std::chrono::minutes(4));  // against hangs
  }
  static int code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  /// Runs and expects success; the object that --json prints last.
  static nlohmann::json result_of(const Arguments& arguments) {
    const auto r = run(arguments + Arguments{"--json", "--quiet"});
    EXPECT_EQ(code(r.status), 0) << r.errors;
    const auto end = r.output.find_last_not_of('\n');
    const auto start = r.output.rfind('\n', end);
    return nlohmann::json::parse(r.output.substr(start == std::string::npos ? 0 : start + 1));
  }

  /// Training so small that its start takes longer than 500 iterations.
  static Arguments small_run(int iterations, const std::string& out) {
    return {"--plugin",  "vat", "--model",           "mlp-32",
            "--batch",   "10",  "--unlabeled-batch", "16",
            "--threads", "1",   "--iterations",      std::to_string(iterations),
            "--out",     out};
  }

  /// metrics.jsonl as it must be again in every run of the same seed: without the times.
  static std::vector<nlohmann::json> timeless_metrics(const std::filesystem::path& run) {
    std::vector<nlohmann::json> rows;
    std::istringstream lines(read_text(run / "metrics.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      rows.push_back(nlohmann::json::parse(line));
      EXPECT_EQ(rows.back().erase("seconds"), 1u);
    }
    return rows;
  }
  /// One run ended as the other did, to the bit.
  static void expect_same_end(const std::filesystem::path& run,
                              const std::filesystem::path& other) {
    EXPECT_FALSE(read_text(other / "model.safetensors").empty());
    EXPECT_EQ(read_text(run / "model.safetensors"), read_text(other / "model.safetensors"));
    EXPECT_EQ(timeless_metrics(run), timeless_metrics(other));
    const auto error = [](const auto& folder) {
      return nlohmann::json::parse(read_text(folder / "run.json"))["results"]["test_error"];
    };
    EXPECT_EQ(error(run), error(other));
  }

  const TemporaryFolder folder_;
};

}  // namespace sslhost::host
