// SPDX-License-Identifier: Apache-2.0
// Networks for photos: what tests/golden does not compare. Names and values are compared there.
#include <array>
#include <cmath>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "sslhost/error.hpp"
#include "sslhost/nn/networks.hpp"

#include "tests/support/by_name.hpp"
#include "tests/support/failures.hpp"

namespace sslhost {
namespace {

Task photos(int64_t classes, int64_t height, int64_t width) {
  return {.classes = classes, .channels = 3, .height = height, .width = width};
}

struct Published {
  const char* name;
  int64_t parameters;  ///< with 1,000 classes
  int64_t width;
  int64_t least;  ///< pixels
  int64_t side;   ///< pixels
};

/// The counts are those of the papers' or packages' networks; the authors' DINOv2 has no head of
/// 385,000.
constexpr Published kPublished[] = {
    {"efficientnet-lite0", 4'652'008, 1280, 32, 224},
    {"efficientnet-lite1", 5'416'680, 1280, 32, 240},
    {"efficientnet-lite2", 6'092'072, 1280, 32, 260},
    {"resnet-18", 11'689'512, 512, 32, 224},
    {"resnet-34", 21'797'672, 512, 32, 224},
    {"resnet-50", 25'557'032, 2048, 32, 224},
    {"convnext-tiny", 28'589'128, 768, 32, 224},
    {"vit-small", 22'050'664, 384, 32, 224},
    {"dinov2-small", 22'056'576 + 385'000, 384, 28, 224},
    {"dinov2-small-reg", 22'058'112 + 385'000, 384, 28, 224},
};

TEST(PhotoNetworks, HaveAsManyParametersAsThePublishedOnes) {
  for (const auto& network : kPublished) {
    const auto net = make_backbone(network.name, photos(1000, 224, 224), {}, 1);
    int64_t found = 0;
    for (const auto& p : net->parameters()) found += p.numel();
    EXPECT_EQ(found, network.parameters) << network.name;
    EXPECT_EQ(net->width(), network.width);
  }
}

TEST(PhotoNetworks, AreListed) {
  for (const auto& network : kPublished)
    EXPECT_THAT(model_names(), testing::Contains(network.name));
}

TEST(PhotoNetworks, TakeImagesOfTheirLeastSizeAndRefuseSmallerOnes) {
  for (const auto& [name, parameters, width, least, side] : kPublished) {
    const auto net = make_backbone(name, photos(3, least, least), {.dropout = 0}, 1);
    net->eval();
    EXPECT_EQ(net->features(at::rand({2, 3, least, least})).sizes(), (IntArrayRef{2, width}));
    const auto size = std::to_string(least), less = std::to_string(least - 1);
    expect_failure(ExitCode::usage,
                   testing::AllOf(testing::HasSubstr(name), testing::HasSubstr(size + "x" + size),
                                  testing::HasSubstr(size + "x" + less)),
                   [&] { make_backbone(name, photos(3, least, least - 1), {}, 1); });
  }
}

TEST(PhotoNetworks, TransformersRefuseImagesOfBrokenPatches) {
  expect_failure(ExitCode::usage,
                 testing::AllOf(testing::HasSubstr("multiples of 14"), testing::HasSubstr("56x60"),
                                testing::HasSubstr("--image-size 56")),
                 [&] { make_backbone("dinov2-small", photos(3, 56, 60), {}, 1); });
  expect_failure(ExitCode::usage, "multiples of 16",
                 [&] { make_backbone("vit-small", photos(3, 100, 64), {}, 1); });
}

TEST(PhotoNetworks, OnlyThoseWithBatchNormNeedIt) {
  const NetworkRequest without = {.batch_norm = false};
  for (const auto* name : {"efficientnet-lite0", "resnet-50"})
    EXPECT_THROW(make_backbone(name, photos(3, 32, 32), without, 1), Error) << name;
  for (const auto* name : {"convnext-tiny", "vit-small"})
    EXPECT_NO_THROW(make_backbone(name, photos(3, 32, 32), without, 1)) << name;
}

TEST(PhotoNetworks, DropoutOfEfficientNetLiteIsItsOwnUnlessOneIsAskedFor) {
  const auto x = at::rand({2, 3, 32, 32});
  const auto net = [](double dropout) {
    return make_backbone("efficientnet-lite0", photos(3, 32, 32), {.dropout = dropout}, 1);
  };
  // Noise layers that draw outside a step refuse to.
  EXPECT_THROW(net(-1)->features(x), c10::Error);
  EXPECT_NO_THROW(net(0)->features(x));
}

TEST(PhotoNetworks, BeginAsTheirAuthorsBeginThem) {
  const auto begin = [](const char* name) {
    return by_name(make_backbone(name, photos(1000, 224, 224), {}, 1)->named_parameters());
  };
  const auto std = [](const Tensor& t) { return t.std().item<double>(); };
  auto lite = begin("efficientnet-lite0");
  EXPECT_NEAR(std(lite["_blocks.3._depthwise_conv.weight"]), std::sqrt(2.0 / 25), 0.01);
  EXPECT_NEAR(std(lite["_conv_head.weight"]), std::sqrt(2.0 / 1280), 1e-3);
  auto next = begin("convnext-tiny");
  EXPECT_NEAR(std(next["features.5.8.block.3.weight"]), 0.02, 1e-3);
  EXPECT_NEAR(std(next["features.1.0.block.0.weight"]), 0.02, 1e-3);
  EXPECT_TRUE((next["features.7.2.layer_scale"] == 1e-6f).all().item<bool>());
  EXPECT_TRUE((next["classifier.2.bias"] == 0).all().item<bool>());
  EXPECT_TRUE((next["classifier.0.weight"] == 1).all().item<bool>());
  auto dino = begin("dinov2-small-reg");
  EXPECT_NEAR(std(dino["blocks.11.attn.qkv.weight"]), 0.02, 1e-3);
  EXPECT_NEAR(std(dino["pos_embed"]), 0.02, 1e-3);
  EXPECT_NEAR(std(dino["patch_embed.proj.weight"]), 1 / std::sqrt(3.0 * 3 * 14 * 14), 1e-3);
  EXPECT_NEAR(std(dino["register_tokens"]), 1e-6, 1e-7);
  EXPECT_TRUE((dino["blocks.0.ls2.gamma"] == 1).all().item<bool>());
  EXPECT_FALSE(dino["mask_token"].requires_grad());
}

TEST(PhotoNetworks, PretrainedInputIsThatOfThePublishedWeights) {
  for (const auto& network : kPublished) {
    const auto input = pretrained_input(network.name).value();
    EXPECT_EQ(input.side, network.side) << network.name;
    const bool lite = std::string_view(network.name).starts_with("efficientnet");
    const float m = 127.f / 255, s = 128.f / 255;
    EXPECT_THAT(input.mean, testing::ElementsAreArray(lite ? std::array{m, m, m}
                                                           : std::array{.485f, .456f, .406f}));
    EXPECT_THAT(input.std, testing::ElementsAreArray(lite ? std::array{s, s, s}
                                                          : std::array{.229f, .224f, .225f}));
  }
  for (const auto* name : {"mlp-16", "cnn-4x4", "resnet-18-cifar", "wrn-28-2", "efficientnet", ""})
    EXPECT_FALSE(pretrained_input(name)) << name;
}

}  // namespace
}  // namespace sslhost
