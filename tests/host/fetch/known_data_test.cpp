// SPDX-License-Identifier: Apache-2.0
#include "host/fetch/known_data.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

TEST(KnownData, EveryRowIsComplete) {
  for (const auto& data : known_data()) {
    EXPECT_EQ(&find_known_data(data.name), &data);
    for (const auto* text : {&data.what, &data.licence, &data.citation, &data.dataset})
      EXPECT_THAT(*text, Not(IsEmpty())) << data.name;
    EXPECT_EQ(data.files.empty(), data.name == "digits");
  }
}

TEST(KnownData, EveryFileHasAHashASizeAndSecurePlaces) {
  std::set<std::string> names, hashes;
  for (const auto& data : known_data())
    for (const auto& file : data.files) {
      EXPECT_THAT(file.name, StartsWith(data.name + "/"));
      EXPECT_TRUE(names.insert(file.name).second) << file.name;
      EXPECT_TRUE(hashes.insert(file.sha256).second) << file.name;
      EXPECT_EQ(file.sha256.size(), 64u) << file.name;
      EXPECT_EQ(file.sha256.find_first_not_of("0123456789abcdef"), std::string::npos);
      EXPECT_GT(file.size, 0) << file.name;
      EXPECT_GE(file.urls.size(), 2u) << file.name;
      for (const auto& url : file.urls) EXPECT_THAT(url, MatchesRegex("https://.*gz"));
    }
}

TEST(KnownData, WhatDataNamesIsOneOfTheFiles) {
  for (const auto& data : known_data()) {
    if (data.data.empty()) continue;
    ASSERT_EQ(data.files.size(), 1u);
    EXPECT_THAT(data.files[0].name, ::testing::EndsWith("/" + data.data));
  }
}

TEST(KnownData, AMistypedNameIsHelped) {
  expect_failure(ExitCode::usage, "did you mean cifar10?", [] { find_known_data("cifar"); });
  expect_failure(ExitCode::usage, "one of mnist, fashion-mnist", [] { find_known_data(""); });
}

}  // namespace
}  // namespace sslhost::host
