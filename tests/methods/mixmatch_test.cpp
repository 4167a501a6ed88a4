// SPDX-License-Identifier: Apache-2.0
// Soft targets, Beta draws and permutations in a method. That it resumes to the same bits and waits
// for nothing, the conformance suite shows.
#include "tests/methods/mixmatch.cpp"  // NOLINT: the class is in an anonymous namespace

#include <gmock/gmock.h>

#include <ATen/ops/allclose.h>
#include <ATen/ops/tensor.h>

#include "tests/conformance/small_run.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

TEST(MixUp, MixesImagesAndLabelsWithTheLargerShareForTheFirst) {
  const Soft a = {at::tensor({1.f, 3.f}).view({2, 1, 1, 1}),
                  at::tensor({1.f, 0.f, 0.f, 1.f}).view({2, 2})};
  const Soft b = {at::tensor({5.f, 7.f}).view({2, 1, 1, 1}),
                  at::tensor({0.f, 1.f, 0.f, 1.f}).view({2, 2})};
  const auto mixed = mixup(a, b, at::tensor({0.25f, 0.75f}));
  EXPECT_TRUE(at::allclose(mixed.images.flatten(), at::tensor({2.f, 4.f})));
  EXPECT_TRUE(at::allclose(mixed.labels, at::tensor({.75f, .25f, 0.f, 1.f}).view({2, 2})));
}

TEST(MixMatchRun, LearnsMoreThanTheLabelsAlone) {
  sslhost::testing::TemporaryFolder folder;
  const auto error = [&](const std::string& method, const sslhost::testing::OptionTexts& more) {
    auto request =
        sslhost::testing::small_run(method, {{"iterations", "400"},
                                             {"model", "mlp-64-64"},
                                             {"weak", "shift:1"},
                                             {"unlabeled", "-1"},
                                             {"out", (folder.path() / method).string()}});
    request.options.insert(request.options.end(), more.begin(), more.end());
    sslhost::testing::Silent observer;
    return sslhost::train(request, observer).test_error;
  };
  EXPECT_LT(error("mixmatch", {{"weight", "30"}}), 0.9 * error("supervised", {}));
}

}  // namespace
