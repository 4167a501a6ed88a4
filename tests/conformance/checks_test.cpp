// SPDX-License-Identifier: Apache-2.0
// Every method of the build passes the checks of `sslhost validate`, each in this process.
#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include "host/validate/loaded_checks.hpp"
#include "tests/conformance/stepper.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Levels 3 to 5; what is about loading wants processes of its own (validate_test).
std::vector<std::string> checks_of_runs() {
  std::vector<std::string> names;
  for (const auto& check : host::checks())
    if (check.level >= 3) names.push_back(check.name);
  return names;
}

std::string test_name(std::string name) {
  for (auto& c : name) c = c == '-' ? '_' : c;
  return name;
}

class MethodChecks : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(MethodChecks, Pass) {
  const auto& [method, check] = GetParam();
  const TemporaryFolder folder;
  const auto outcome =
      host::check_loaded(host::find_check(check), subject_of(method, folder.path()));
  if (outcome.verdict == host::Verdict::skip) GTEST_SKIP() << outcome.cause;
  EXPECT_EQ(outcome.verdict, host::Verdict::pass) << outcome.cause;
}

INSTANTIATE_TEST_SUITE_P(Methods, MethodChecks,
                         ::testing::Combine(::testing::ValuesIn(methods()),
                                            ::testing::ValuesIn(checks_of_runs())),
                         [](const auto& test) {
                           return test_name(std::get<0>(test.param) + "__" +
                                            std::get<1>(test.param));
                         });

class MethodSteps : public ::testing::TestWithParam<std::string> {};

// Reductions are cut up by thread count, so that the bits depend on it; what is drawn does not.
TEST_P(MethodSteps, ThreadCountChangesRoundingAndNothingElse) {
  OptionTexts plain = {{"model", "mlp-64-64"}};  // Adam would divide rounding by rounding
  for (const auto& name : option_names(GetParam()))
    if (name.ends_with("optimizer")) plain.emplace_back(name, "sgd");
  const auto with = [&](const char* threads) {
    auto options = plain;
    options.emplace_back("threads", threads);
    Stepper stepper(GetParam(), options);
    stepper.run(8);
    return stepper.parameters();
  };
  const auto one = with("1"), two = with("2"), two_again = with("2");
  at::set_num_threads(1);
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(at::equal(two[i], two_again[i]));
    EXPECT_TRUE(at::allclose(one[i], two[i], 1e-4, 5e-5))
        << (one[i] - two[i]).abs().max().item<float>();
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, MethodSteps, ::testing::ValuesIn(methods()),
                         [](const auto& test) { return test_name(test.param); });

TEST(WaitObserver, SeesWhatItIsThereFor) {
  const auto x = at::ones({3}, at::dtype(at::kFloat).device(at::kCPU));
  const host::WaitObserver observer;
  EXPECT_THAT(observer.waits(), IsEmpty());
  x.sum().item<float>();
  x.masked_select(x > 0);
  at::zeros_like(x);
  at::zeros({2}, at::dtype(at::kFloat).device(at::kCPU));
  EXPECT_THAT(observer.waits(),
              ElementsAre("aten::_local_scalar_dense", "aten::item", "aten::masked_select"));
  EXPECT_THAT(observer.without_device(), IsEmpty());
  at::arange(3);
  EXPECT_THAT(observer.without_device(), Contains("aten::arange"));
}

}  // namespace
}  // namespace sslhost::testing
