// SPDX-License-Identifier: Apache-2.0
// The stable tier: what a method computes in it, and what is said where it fails.
#include "sslhost/stable/interface.hpp"

#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

class StableTier : public Program {
 protected:
  static Arguments training(const std::string& plugin, const std::string& out) {
    return {"--plugin",  plugin,   "--plugin-dir", built("tests/stable_plugins"),
            "--recipe",  "none",   "--labels",     "50",
            "--model",   "mlp-32", "--iterations", "40",
            "--threads", "1",      "--out",        out};
  }
  static std::string file(const std::string& name) {
    return built("tests/stable_plugins/" + name + ".so");
  }
  /// All tensors' bytes; what stands before them names method and options.
  static std::string weights(const std::string& run) {
    const auto bytes = read_text(run + "/model.safetensors");
    uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    return bytes.substr(sizeof header + header);
  }
};

TEST_F(StableTier, VatHasTheBitsOfTheBundledPlugin) {
  result_of(training("stable-vat", "stable"));
  result_of(training("vat", "bundled") +
            Arguments{"--radius", "absolute", "--xi", "1", "--epsilon", "0.5"});
  EXPECT_GT(weights("stable").size(), 1000u);
  EXPECT_EQ(weights("stable"), weights("bundled"));
}

TEST_F(StableTier, ARunThatWasStoppedGoesOnToTheSameBits) {
  result_of(training("stable-vat", "whole"));
  result_of(training("stable-vat", "run") + Arguments{"--checkpoint-every", "1"});
  result_of({"--resume", "run", "--plugin-dir", built("tests/stable_plugins")});
  EXPECT_EQ(weights("run"), weights("whole"));
}

TEST_F(StableTier, ItsModelPredictsWithoutThePlugin) {
  result_of(training("stable-vat", "run"));
  const auto r = run({"predict", "run", "--quiet"});
  EXPECT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("index,"));
}

TEST_F(StableTier, FailuresAreNamedWithTheirPlace) {
  const std::pair<const char*, const char*> kinds[] = {{"1", "my own words"},
                                                       {"2", "unlabeled"},
                                                       {"3", "aten::mm failed"},
                                                       {"4", "an optimizer made in build()"},
                                                       {"5", "an exception without a text"},
                                                       {"6", "two tensors of integers"}};
  for (const auto& [how, words] : kinds) {
    std::filesystem::remove_all("run");
    const auto r = run(training("stable-fails", "run") + Arguments{"--how", how, "--quiet"});
    EXPECT_EQ(code(r.status), 5) << how;
    EXPECT_THAT(r.errors, HasSubstr("plugin stable-fails, in step, iteration 1"));
    EXPECT_THAT(r.errors, HasSubstr(words));
  }
}

TEST_F(StableTier, ItsOptionsAreCheckedLikeOthers) {
  const auto r = run(training("stable-fails", "run") + Arguments{"--how", "9"});
  EXPECT_EQ(code(r.status), 2);
  EXPECT_THAT(r.errors, HasSubstr("how"));
}

TEST_F(StableTier, ALaterInterfaceIsRefusedInWords) {
  const auto r = run({"plugins", "why", file("stable-later")});
  EXPECT_THAT(r.output, HasSubstr("stable interface"));
  EXPECT_THAT(r.output, ::testing::Not(HasSubstr("ready")));
}

/// One binary for every LibTorch: nothing of it is linked.
TEST_F(StableTier, ItNeedsNoLibraryOfLibTorchs) {
  const auto needed =
      run_child("/usr/bin/readelf", {"-d", file("stable-vat")}, std::chrono::seconds(60));
  EXPECT_THAT(needed.output, HasSubstr("libc.so"));
  for (const char* library : {"torch", "c10", "sslhost"})
    EXPECT_THAT(needed.output, ::testing::Not(HasSubstr(std::string("[lib") + library)));
}

}  // namespace
}  // namespace sslhost::host
