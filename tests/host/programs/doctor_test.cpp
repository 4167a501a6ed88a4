// SPDX-License-Identifier: Apache-2.0
// sslhost doctor, on this machine and on one where things are missing.
#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

class Doctor : public Program {
 protected:
  static nlohmann::json finding(const nlohmann::json& report, const std::string& what) {
    for (const auto& f : report["findings"])
      if (f["what"] == what) return f;
    return {};
  }
  static nlohmann::json report(const std::filesystem::path& program, int expected) {
    const auto r = run_child(program, {"doctor", "--json"}, std::chrono::minutes(4));
    EXPECT_EQ(code(r.status), expected) << r.output << r.errors;
    return nlohmann::json::parse(r.output, nullptr, false);
  }
  /// The program with a worker that is `text`, and no plugins.
  std::filesystem::path broken(const std::string& text) const {
    folder_.write("broken/bin/sslhost-worker", text);
    std::filesystem::copy_file(program(), path("broken/bin/sslhost"));
    for (const auto& file : {"broken/bin/sslhost-worker", "broken/bin/sslhost"})
      std::filesystem::permissions(path(file), std::filesystem::perms::owner_all);
    return path("broken/bin/sslhost");
  }
};

TEST_F(Doctor, FindsEverythingOfABuild) {
  const auto r = run({"doctor"});
  EXPECT_EQ(code(r.status), 0) << r.output << r.errors;
  for (const auto line :
       {"ok       LibTorch        2.11.", "ok       worker          ", "ok       processor       ",
        "ok       kernels         linear_layers ", "ok       plugins         "})
    EXPECT_THAT(r.output, HasSubstr(line));
  EXPECT_THAT(r.output, HasSubstr("weights         none"));
}

TEST_F(Doctor, AWorkerThatDoesNotStartIsAProblemWithItsWords) {
  const auto found = report(broken("#!/bin/sh\necho no such thing >&2\nexit 1\n"),
                            static_cast<int>(ExitCode::storage));
  EXPECT_EQ(finding(found, "worker")["state"], "problem");
  EXPECT_THAT(finding(found, "worker")["found"], HasSubstr("no such thing"));
  EXPECT_EQ(finding(found, "plugins")["state"], "problem");
}

TEST_F(Doctor, SaysWhichKernelsAreTaken) {
  setenv("SSLHOST_KERNELS", "plain", 1);
  setenv("MKL_CBWR", "COMPATIBLE", 1);
  const auto kernels = finding(report(program(), 0), "kernels");
  EXPECT_EQ(kernels["found"],
            "linear_layers blas, convolutions library, pooling fused, inference plain");
  EXPECT_EQ(kernels["state"], "note");
  EXPECT_THAT(kernels["next"], HasSubstr("MKL_CBWR=COMPATIBLE"));

  setenv("SSLHOST_KERNELS", "wide", 1);
  const auto worker = finding(report(program(), static_cast<int>(ExitCode::storage)), "worker");
  EXPECT_THAT(worker["found"], HasSubstr("one of avx512, avx2, plain"));
}

TEST_F(Doctor, FoldersThatMayNotBeWrittenToAreNotes) {
  setenv("XDG_CACHE_HOME", "/proc/1/cache", 1);
  unsetenv("XDG_DATA_HOME");
  unsetenv("HOME");
  const auto found = report(program(), 0);
  EXPECT_EQ(finding(found, "cache")["state"], "note");
  EXPECT_THAT(finding(found, "cache")["found"], HasSubstr("may not be written to"));
  EXPECT_THAT(finding(found, "data")["found"], HasSubstr("HOME is not set"));
}

TEST_F(Doctor, TakesNoWords) {
  EXPECT_EQ(code(run({"doctor", "me"}).status), static_cast<int>(ExitCode::usage));
}

}  // namespace
}  // namespace sslhost::host
