// SPDX-License-Identifier: Apache-2.0
// The convolutional autoencoder against loops over doubles; frozen passes.
#include "plugins/autoencoder-transfer/networks.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include <ATen/Functions.h>
#include <torch/nn/modules/batchnorm.h>

#include "sslhost/nn/feature_map.hpp"
#include "sslhost/nn/noise.hpp"

#include "tests/plugins/autoencoder_transfer/recorded.hpp"
#include "tests/support/by_name.hpp"
#include "tests/support/gradients.hpp"

namespace autoencoder_transfer {
namespace {

using sslhost::testing::RecordedBuild;

const sslhost::Task kTask = {.classes = 3, .channels = 2, .height = 8, .width = 4};

/// [C,H,W] in double.
struct Image {
  int64_t c, h, w;
  std::vector<double> v;
  Image(int64_t channels, int64_t height, int64_t width)
      : c(channels), h(height), w(width), v(static_cast<size_t>(channels * height * width)) {}
  double& at(int64_t k, int64_t i, int64_t j) {
    return v[static_cast<size_t>((k * h + i) * w + j)];
  }
  double padded(int64_t k, int64_t i, int64_t j) {
    return i < 0 || j < 0 || i >= h || j >= w ? 0 : at(k, i, j);
  }
};

double value(const Tensor& t, std::initializer_list<int64_t> where) {
  auto at = t;
  for (const auto i : where) at = at[i];
  return at.item<double>();
}

template <class F>
Image filled(int64_t c, int64_t h, int64_t w, const F& f) {
  Image out(c, h, w);
  for (int64_t k = 0; k < c; ++k)
    for (int64_t i = 0; i < h; ++i)
      for (int64_t j = 0; j < w; ++j) out.at(k, i, j) = f(k, i, j);
  return out;
}

Image conv(Image x, const Tensor& weight, const Tensor& bias) {
  return filled(weight.size(0), x.h, x.w, [&](int64_t k, int64_t i, int64_t j) {
    double sum = value(bias, {k});
    for (int64_t c = 0; c < x.c; ++c)
      for (int64_t a = 0; a < 3; ++a)
        for (int64_t b = 0; b < 3; ++b)
          sum += value(weight, {k, c, a, b}) * x.padded(c, i + a - 1, j + b - 1);
    return sum;
  });
}
Image transposed(Image x, const Tensor& weight, const Tensor& bias) {
  return filled(weight.size(1), 2 * x.h, 2 * x.w, [&](int64_t k, int64_t i, int64_t j) {
    double sum = value(bias, {k});
    for (int64_t c = 0; c < x.c; ++c)
      sum += value(weight, {c, k, i % 2, j % 2}) * x.at(c, i / 2, j / 2);
    return sum;
  });
}
Image relu(Image x) {
  for (auto& v : x.v) v = std::max(0.0, v);
  return x;
}
Image pool(Image x) {
  return filled(x.c, x.h / 2, x.w / 2, [&](int64_t k, int64_t i, int64_t j) {
    return std::max(std::max(x.at(k, 2 * i, 2 * j), x.at(k, 2 * i, 2 * j + 1)),
                    std::max(x.at(k, 2 * i + 1, 2 * j), x.at(k, 2 * i + 1, 2 * j + 1)));
  });
}

class ConvNetworks : public ::testing::Test {
 protected:
  ConvNetworks() {
    o.encoder = Encoder::conv;
    o.encoder_width = 5;
    o.code_channels = 3;
    sslhost::testing::seed_libtorch(9);
  }
  std::unique_ptr<Autoencoder> make(at::ScalarType type = at::kFloat) {
    auto made = make_autoencoder(o, build);
    made->encoder().to(type);
    made->decoder().to(type);
    return made;
  }
  Tensor parameter(const std::string& module, const std::string& name) const {
    return sslhost::by_name(build.at(module)->named_parameters()).at(name).detach();
  }
  Image encoder_conv(const Image& in, const std::string& n) const {
    return conv(in, parameter("encoder", "conv" + n + ".weight"),
                parameter("encoder", "conv" + n + ".bias"));
  }
  Image decoder_conv(const Image& in, const std::string& n) const {
    return transposed(in, parameter("decoder", "conv" + n + ".weight"),
                      parameter("decoder", "conv" + n + ".bias"));
  }
  static Image image(const Tensor& t) {
    return filled(t.size(0), t.size(1), t.size(2),
                  [&](int64_t k, int64_t i, int64_t j) { return value(t, {k, i, j}); });
  }
  static void expect_near(const Tensor& found, const Image& expected) {
    const auto flat = found.flatten().to(at::kDouble);
    ASSERT_EQ(flat.numel(), static_cast<int64_t>(expected.v.size()));
    for (int64_t i = 0; i < flat.numel(); ++i)
      EXPECT_NEAR(flat[i].item<double>(), expected.v[static_cast<size_t>(i)], 1e-5) << i;
  }

  Options o;
  RecordedBuild build{kTask};
  Tensor x = at::linspace(-3, 3, 2 * 2 * 8 * 4).mul(5).sin().view({2, 2, 8, 4});
};

TEST_F(ConvNetworks, CodeIsConvReluPoolTwice) {
  const auto made = make();
  EXPECT_EQ(made->width(), 3 * 2 * 1);
  const auto first = pool(relu(encoder_conv(image(x[1]), "1")));
  expect_near(made->features(x)[1], pool(relu(encoder_conv(first, "2"))));
}

TEST_F(ConvNetworks, EarlyFeaturesAreConvConvPool) {
  o.features = Features::early;
  const auto made = make();
  EXPECT_EQ(made->width(), 3 * 4 * 2);
  expect_near(made->features(x)[1], pool(encoder_conv(encoder_conv(image(x[1]), "1"), "2")));
}

TEST_F(ConvNetworks, TheDecoderSeesTheCodeBeforeItsReluAndTheClassifierAfter) {
  const auto made = make();
  const auto first = pool(relu(encoder_conv(image(x[1]), "1")));
  const auto code = pool(encoder_conv(first, "2"));
  expect_near(made->reconstruct(x)[1], decoder_conv(relu(decoder_conv(code, "1")), "2"));
  expect_near(made->features(x)[1], relu(code));
}

TEST_F(ConvNetworks, ReconstructionIsTwoTransposedConvolutionsOfTheCode) {
  o.code = Code::relu;
  const auto made = make();
  const auto first = pool(relu(encoder_conv(image(x[1]), "1")));
  const auto code = pool(relu(encoder_conv(first, "2")));
  const auto back = decoder_conv(relu(decoder_conv(code, "1")), "2");
  expect_near(made->reconstruct(x)[1], back);

  o.output = Output::sigmoid;
  sslhost::testing::seed_libtorch(9);
  RecordedBuild again(kTask);
  auto squashed = back;
  for (auto& v : squashed.v) v = 1 / (1 + std::exp(-v));
  expect_near(make_autoencoder(o, again)->reconstruct(x)[1], squashed);
}

TEST_F(ConvNetworks, GradientsEqualFiniteDifferences) {
  const auto made = make(at::kDouble);
  const auto weights = at::linspace(-1, 1, x.numel(), at::kDouble).mul(7).cos().view(x.sizes());
  sslhost::testing::expect_gradient(
      [&](const Tensor& at) { return (made->reconstruct(at) * weights).sum(); }, x.to(at::kDouble),
      1e-6, 1e-7);
}

TEST_F(ConvNetworks, EveryWeightTakesAGradient) {
  const auto made = make();
  auto parameters = made->encoder().parameters();
  for (const auto& p : made->decoder().parameters()) parameters.push_back(p);
  for (const auto& gradient :
       torch::autograd::grad({made->reconstruct(x).square().mean()}, parameters))
    EXPECT_GT(gradient.abs().sum().item<float>(), 0);
}

TEST_F(ConvNetworks, TheLossComparesPixelByPixel) {
  const auto made = make();
  const auto target = x.flip({2, 3});
  const auto expected = (made->reconstruct(x) - target).square().mean();
  EXPECT_NEAR(made->loss(x, target).item<double>(), expected.item<double>(), 1e-6);
}

TEST(ModelNetworks, AnyShapeComesBack) {
  const sslhost::Task points = {.classes = 2, .channels = 2, .height = 1, .width = 1};
  RecordedBuild build(points);
  const auto made = make_autoencoder({}, build);
  const auto x = at::rand({4, 2, 1, 1});
  EXPECT_EQ(made->width(), 5);
  EXPECT_EQ(made->features(x).sizes(), at::IntArrayRef({4, 5}));
  EXPECT_EQ(made->reconstruct(x).sizes(), x.sizes());
}

// A mean over positions has forgotten where things are: no decoder finds them again.
TEST(ModelNetworks, EachPositionOfANetworkThatAveragesMakesItsOwnBlock) {
  const sslhost::Task task = {.classes = 3, .channels = 2, .height = 10, .width = 7};
  RecordedBuild build(task, "wrn-10-2");
  const auto made = make_autoencoder({}, build);
  EXPECT_TRUE(made->encoder().is_training());
  made->encoder().eval();
  const auto x = at::linspace(-3, 3, 2 * 2 * 10 * 7).mul(5).sin().view({2, 2, 10, 7});
  const auto found = made->reconstruct(x);
  ASSERT_EQ(found.sizes(), x.sizes());

  const auto map = dynamic_cast<sslhost::FeatureMap&>(made->encoder()).feature_map(x);
  ASSERT_EQ(map.sizes(), at::IntArrayRef({2, 128, 3, 2}));
  EXPECT_TRUE(at::allclose(made->features(x), map.mean({2, 3})));
  auto p = sslhost::by_name(made->decoder().named_parameters());
  for (int64_t i = 0; i < 3; ++i)
    for (int64_t j = 0; j < 2; ++j) {  // blocks of 4×4; the last ones are cut off
      const auto hidden =
          at::relu(at::linear(map.select(2, i).select(2, j), p["hidden.weight"], p["hidden.bias"]));
      const auto block = at::linear(hidden, p["last.weight"], p["last.bias"]).view({2, 2, 4, 4});
      const auto height = std::min<int64_t>(4, 10 - 4 * i), width = std::min<int64_t>(4, 7 - 4 * j);
      EXPECT_TRUE(at::allclose(found.narrow(2, 4 * i, height).narrow(3, 4 * j, width),
                               block.narrow(2, 0, height).narrow(3, 0, width), 1e-4, 1e-5))
          << i << " " << j;
    }
}

}  // namespace
}  // namespace autoencoder_transfer
