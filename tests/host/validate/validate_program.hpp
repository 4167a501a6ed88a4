// SPDX-License-Identifier: Apache-2.0
#pragma once

// `sslhost validate FILE` and its answer in JSON.

#include "tests/host/commands/program.hpp"

namespace sslhost::host {

class Validate : public Program {
 protected:
  struct Answer {
    int code = 0;
    nlohmann::json checks;
    std::string verdict(const std::string& name) const { return of(name, "verdict"); }
    std::string cause(const std::string& name) const { return of(name, "cause"); }
    std::string because(const std::string& name) const { return of(name, "because"); }
    /// Those that failed or crashed, in order.
    std::vector<std::string> bad() const {
      std::vector<std::string> names;
      for (const auto& check : checks)
        if (check["verdict"] == "fail" || check["verdict"] == "crash")
          names.push_back(check["name"]);
      return names;
    }

   private:
    std::string of(const std::string& name, const char* key) const {
      for (const auto& check : checks)
        if (check["name"] == name) return check[key];
      return "no check " + name;
    }
  };

  static Answer validate(const std::filesystem::path& file, const Arguments& more) {
    const auto r = run(Arguments{"validate", file.string(), "--json", "--jobs", "2"} + more);
    const auto all = nlohmann::json::parse(r.output, nullptr, false);
    EXPECT_TRUE(all.is_object()) << r.output << r.errors;
    return {code(r.status), all.is_object() ? all["files"][0]["checks"] : nlohmann::json()};
  }
};

}  // namespace sslhost::host
