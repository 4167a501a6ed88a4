// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/knowledge.hpp"

#include <gmock/gmock.h>

#include "tests/support/failures.hpp"

namespace sslhost::images {
namespace {

TEST(KnowledgeOfImages, ComesBack) {
  for (const auto fit : {Fit::crop, Fit::pad, Fit::stretch})
    EXPECT_EQ(fit_from(knowledge_of(fit)), fit);
  EXPECT_EQ(fit_from(""), std::nullopt) << "models of earlier versions";
}

TEST(KnowledgeOfImages, DamagedOnesAreRefused) {
  const auto good = knowledge_of(Fit::stretch);
  for (size_t i = 1; i < good.size(); ++i)
    EXPECT_EQ(failure_of([&] { fit_from(good.substr(0, i)); }).code(), ExitCode::storage) << i;
  for (size_t i = 0; i < good.size(); ++i)
    for (const int bit : {1, 32, 128}) {
      auto other = good;
      other[i] = static_cast<char>(other[i] ^ bit);
      try {
        EXPECT_TRUE(fit_from(other)) << other;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::storage) << other;
      }
    }
  for (const auto* odd :
       {"3", "[]", "{}", R"({"format":2,"fit":"crop"})", R"({"format":1,"fit":1})"})
    EXPECT_EQ(failure_of([&] { fit_from(odd); }).code(), ExitCode::storage) << odd;
}

}  // namespace
}  // namespace sslhost::images
