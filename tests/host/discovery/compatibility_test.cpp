// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/compatibility.hpp"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/discovery/record_reader.hpp"
#include "tests/support/built.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using ::testing::HasSubstr;

/// Whether changing one thing refuses the plugin.
template <class Change>
std::vector<Difference> after(Change change) {
  Platform plugin = host_platform();
  change(plugin);
  return differences(plugin, host_platform());
}

TEST(Compatibility, PluginsOfThisBuildFit) {
  const auto reading = read_record(bad_plugin("aborts_in_step"));
  ASSERT_TRUE(reading.record);
  EXPECT_TRUE(differences(reading.record->platform, host_platform()).empty());
}

TEST(Compatibility, EveryFieldThatMattersRefuses) {
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.sdk_major += 1; })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.sdk_minor += 1; })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.torch_major += 1; })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.torch_minor -= 1; })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.cuda_major = 11; })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.cxx11_abi ^= 1; })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { std::strcpy(p.library, "libc++"); })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.checks ^= 2; })));
  EXPECT_TRUE(any_fatal(after([](Platform& p) { p.sanitizers ^= 1; })));
}

TEST(Compatibility, OfTheStableTierLibTorchsLowestVersionMatters) {
  const auto stable = [](const auto& change) {
    return after([&](Platform& p) {
      p.checks |= kStableTier;
      change(p);
    });
  };
  EXPECT_FALSE(any_fatal(stable([](Platform& p) { p.torch_minor -= 1; })));
  EXPECT_TRUE(any_fatal(stable([](Platform& p) { p.torch_minor += 1; })));
  EXPECT_TRUE(any_fatal(stable([](Platform& p) { p.sanitizers ^= 1; })));
  EXPECT_TRUE(stable([](Platform& p) {
                p.sdk_minor += 1;
                p.cxx11_abi ^= 1;
                std::strcpy(p.library, "libc++");
                std::strcpy(p.compiler, "clang");
              }).empty());
}

TEST(Compatibility, WhatWorksTogetherIsMentionedOnly) {
  const auto all = after([](Platform& p) {
    p.torch_patch += 1;
    p.library_major += 1;
    p.compiler_major += 1;
    std::strcpy(p.compiler, "clang");
    p.checks ^= 1;
  });
  EXPECT_EQ(all.size(), 4u);
  EXPECT_FALSE(any_fatal(all));
}

TEST(Compatibility, ReportsAllDifferencesAtOnceWithBothValues) {
  const auto reading = read_record(bad_plugin("older_sdk"));
  ASSERT_TRUE(reading.record);
  const auto text = to_text(differences(reading.record->platform, host_platform()));
  EXPECT_THAT(text, HasSubstr("SDK: plugin 0.0, host 0.2"));
  EXPECT_THAT(text, HasSubstr("LibTorch: plugin 2.12."));
  EXPECT_THAT(text, HasSubstr("C++11 ABI: plugin 0, host 1"));
}

TEST(Compatibility, FromVersionOneAnOlderMinorFits) {
  Platform host = host_platform(), plugin = host;
  host.sdk_major = plugin.sdk_major = 1;
  host.sdk_minor = 3;
  plugin.sdk_minor = 2;
  EXPECT_TRUE(sdk_fits(plugin, host));
  EXPECT_FALSE(sdk_fits(host, plugin));
}

}  // namespace
}  // namespace sslhost::host
