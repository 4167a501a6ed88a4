// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/generator.hpp"

#include "tests/support/by_name.hpp"

namespace sslhost {
namespace {

Task images(int64_t channels, int64_t side) {
  return {.classes = 10, .channels = channels, .height = side, .width = side};
}

void expect_images(std::string_view name, const Task& task, int64_t n) {
  const auto g = make_generator(name, task, 20, 1);
  const auto noise = at::randn({n, 20});
  const auto x = (*g)(noise);
  EXPECT_EQ(x.sizes(), (std::vector<int64_t>{n, task.channels, task.height, task.width}));
  EXPECT_GE(x.min().item<float>(), 0);
  EXPECT_LE(x.max().item<float>(), 1);
  EXPECT_EQ(g->latent(), 20);
  const auto first = g->parameters().front();
  EXPECT_GT(torch::autograd::grad({x.square().sum()}, {first})[0].abs().max().item<double>(), 0);
}

TEST(Generators, MakeImagesOfTheTasksShape) {
  expect_images("dcgan-28", images(1, 28), 3);
  expect_images("dcgan-32", images(3, 32), 3);
  expect_images("dcgan-64", images(3, 64), 3);
  expect_images("dcgan-224", images(3, 224), 2);
  expect_images("mlp-50-40", images(1, 8), 3);
}

TEST(Generators, DcganMakesAnySizeFrom16To256) {
  for (const int64_t side : {16, 17, 31, 32, 48, 100}) expect_images("dcgan", images(3, side), 2);
  expect_images("dcgan", {.classes = 2, .channels = 1, .height = 16, .width = 256}, 2);
  expect_images("dcgan", {.classes = 2, .channels = 3, .height = 255, .width = 144}, 2);
}

TEST(Generators, DcganIsDcgan32ForImagesOf32) {
  const auto any = make_generator("dcgan", images(3, 32), 20, 1);
  const auto named = make_generator("dcgan-32", images(3, 32), 20, 1);
  const auto a = any->named_parameters(), b = named->named_parameters();
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
  }
}

TEST(Generators, AnMlpForFeaturesWithoutPixelsIsNotBounded) {
  auto g = make_generator("mlp-50", {.classes = 2, .channels = 2, .height = 1, .width = 1}, 4, 1);
  const at::NoGradGuard no_gradient;
  for (auto& [name, tensor] : g->named_parameters())
    if (name == "3.weight_g") tensor.fill_(100);
  EXPECT_GT((*g)(at::rand({50, 4})).abs().max().item<float>(), 2);
}

TEST(Generators, ParametersAreNamedAsInASequential) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] :
       make_generator("dcgan-28", images(1, 28), 20, 1)->named_parameters())
    names.push_back(name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("0.weight", "1.weight", "1.bias", "3.weight",
                                                   "4.weight", "4.bias", "6.weight"));
}

TEST(Generators, DcganWeightsAreNormalWithDeviationTwoHundredths) {
  const auto g = make_generator("dcgan-32", images(3, 32), 100, 1);
  auto p = by_name(g->named_parameters());
  EXPECT_NEAR(p["3.weight"].std().item<double>(), 0.02, 2e-4);
  EXPECT_NEAR(p["1.weight"].mean().item<double>(), 1, 0.01);
  EXPECT_NEAR(p["1.weight"].std().item<double>(), 0.02, 4e-3);
}

TEST(Generators, WeightsDependOnTheSeedAlone) {
  at::manual_seed(1);
  const auto a = make_generator("mlp-30-20", images(1, 8), 10, 5)->parameters();
  at::manual_seed(2);
  const auto b = make_generator("mlp-30-20", images(1, 8), 10, 5)->parameters();
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << i;
  EXPECT_FALSE(at::equal(a[0], make_generator("mlp-30-20", images(1, 8), 10, 6)->parameters()[0]));
}

TEST(Generators, OtherSizesAndNamesAreRefused) {
  const auto refusal = [](std::string_view name, const Task& task) -> std::string {
    try {
      make_generator(name, task, 20, 1);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal("dcgan-32", images(1, 28)),
              testing::AllOf(testing::HasSubstr("32x32"), testing::HasSubstr("28x28")));
  EXPECT_THAT(
      refusal("dcgan", images(1, 257)),
      testing::AllOf(testing::HasSubstr("16x16 to 256x256"), testing::HasSubstr("257x257")));
  EXPECT_THAT(refusal("dcgan", {.channels = 1, .height = 15, .width = 40}),
              testing::HasSubstr("15x40"));
  EXPECT_THAT(refusal("dcgan-33", images(1, 28)), testing::HasSubstr("did you mean dcgan-32"));
  EXPECT_THAT(refusal("mlp-5-", images(1, 28)), testing::HasSubstr("mlp-A-B-..."));
}

}  // namespace
}  // namespace sslhost
