// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small comparisons with the built program.

#include "tests/host/commands/running_program.hpp"

namespace sslhost::host {

class Comparing : public Program {
 protected:
  /// Runs of a second at most; "it" is their folder.
  static Arguments small(const Arguments& arms, const Arguments& more = {}) {
    return Arguments{"compare"} + arms +
           Arguments{"--out",      "it",      "--model", "mlp-16",      "--iterations",
                     "30",         "--batch", "10",      "--log-every", "1",
                     "--pictures", "false",   "--jobs",  "2",           "--checkpoint-every",
                     "5"} +
           more;
  }
  static nlohmann::json kept(const std::string& folder = "it") {
    return nlohmann::json::parse(read_text(folder + "/compare.json"));
  }
  /// Without what no two runs have alike.
  static nlohmann::json timeless(nlohmann::json json) {
    json.erase("folder");
    for (const char* list : {"cells", "runs"})
      for (auto& entry : json[list])
        for (const char* name : {"seconds", "images_per_second", "peak_memory"}) entry.erase(name);
    return json;
  }
  static std::filesystem::file_time_type age(const std::string& run) {
    return std::filesystem::last_write_time("it/" + run + "/run.json");
  }
  static void expect_refused(const Arguments& arguments, ExitCode expected,
                             const std::string& words) {
    const auto r = run(arguments);
    EXPECT_EQ(code(r.status), static_cast<int>(expected)) << r.errors;
    EXPECT_THAT(r.errors, ::testing::HasSubstr(words));
    EXPECT_EQ(r.errors.find("error:", r.errors.find("error:") + 1), std::string::npos)
        << "one error:\n"
        << r.errors;
  }
};

}  // namespace sslhost::host
