// SPDX-License-Identifier: Apache-2.0
// Each network of the SDK against PyTorch: networks.py wrote what is compared, and explains it.
// float64 covers the mathematics, float32 the paths that only it takes (our kernels).
#include "sslhost/nn/networks.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/nn/generator.hpp"
#include "sslhost/nn/inference.hpp"
#include "sslhost/training/gradients.hpp"

namespace sslhost {
namespace {

std::filesystem::path folder() {
  const char* root = std::getenv("SSLHOST_SOURCE_DIR");
  return std::filesystem::path(root ? root : ".") / "tests/golden/networks";
}

/// What networks.py calls `values`.
Tensor values(const std::string& name, IntArrayRef shape) {
  uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  auto tensor = at::empty(shape, at::kDouble);
  double* to = tensor.data_ptr<double>();
  for (int64_t i = 0; i < tensor.numel(); ++i) {
    auto x = static_cast<uint32_t>(i) * 2654435761u + hash;
    x = (x ^ (x >> 15)) * 2246822519u;
    x ^= x >> 13;
    to[i] = x / 2147483648.0 - 1;
  }
  return tensor;
}

void fill(const std::string& name, const Tensor& tensor) {
  auto v = values(name, tensor.sizes());
  const auto last = name.substr(name.rfind('.') + 1);
  if (last == "running_var" || last == "weight_g" || (last == "weight" && tensor.dim() == 1))
    v = 1 + 0.3 * v;
  else if (tensor.dim() > 1)
    v = v * std::sqrt(3.0 / static_cast<double>(tensor[0].numel()));
  else
    v = 0.1 * v;
  const at::NoGradGuard no_gradient;
  tensor.copy_(v);
}

struct Golden {
  std::string kind, name;
  std::vector<int64_t> shape;
  std::map<std::string, std::map<std::string, std::vector<double>>> modes;

  explicit Golden(const std::string& file) {
    std::ifstream in(folder() / (file + ".txt"));
    EXPECT_TRUE(in.is_open()) << folder() / (file + ".txt");
    std::string text, mode;
    std::getline(in, text);
    std::istringstream header(text);
    header >> kind >> name;
    for (int64_t n = 0; header >> n;) shape.push_back(n);
    while (std::getline(in, text)) {
      std::istringstream words(text);
      std::string what;
      words >> what;
      if (text == what) {
        mode = what;
        continue;
      }
      auto& numbers = modes[mode][what];
      for (std::string number; words >> number;) numbers.push_back(std::stod(number));
    }
  }
};

/// `tolerance` is in units of `scale`: what one ReLU more or less changes is small beside a whole
/// gradient, but not beside a sum that cancels.
void expect_near(const std::vector<double>& expected, const Tensor& found, double tolerance,
                 double scale, const std::string& what) {
  const auto flat = found.detach().to(at::kDouble).contiguous().flatten();
  ASSERT_EQ(static_cast<int64_t>(expected.size()), flat.numel()) << what;
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(expected[i], flat.data_ptr<double>()[i], tolerance * scale) << what << " " << i;
}

void expect_summary(const std::vector<double>& expected, const std::string& name,
                    const Tensor& tensor, double tolerance) {
  const auto t = tensor.detach().to(at::kDouble).contiguous();
  const auto projection = (t * values("projection " + name, t.sizes())).sum();
  expect_near(expected, at::cat({at::stack({t.sum(), projection}), t.flatten().slice(0, 0, 3)}),
              tolerance, std::max(1.0, t.norm().item<double>()), name);
}

class NetworksEqualPyTorch
    : public testing::TestWithParam<std::tuple<const char*, at::ScalarType>> {
 protected:
  NetworksEqualPyTorch() : golden(std::get<0>(GetParam())), type(std::get<1>(GetParam())) {}

  void make() {
    const bool generator = golden.kind == "generator";
    const auto& s = golden.shape;
    const size_t c = generator ? 2 : 1;
    const Task task = {
        .classes = 10, .channels = s.at(c), .height = s.at(c + 1), .width = s.at(c + 2)};
    inputs = {s.begin(), generator ? s.begin() + 2 : s.end()};
    if (generator) {
      const auto made = make_generator(golden.name, task, s[1], 1);
      module = made;
      forward = [made](const Tensor& x) { return made->forward(x); };
    } else {
      const auto made = make_backbone(golden.name, task, {.dropout = 0, .noise = 0}, 1);
      module = made;
      forward = [made](const Tensor& x) { return made->head(made->features(x)); };
    }
    module->to(type);
    for (const auto& [name, tensor] : module->named_parameters()) fill(name, tensor);
    for (const auto& [name, tensor] : module->named_buffers())
      if (tensor.is_floating_point()) fill(name, tensor);
  }

  void compare(const std::string& mode) {
    auto lines = golden.modes.at(mode);
    module->train(mode == "training");
    // In float32 some ReLUs near zero fall on the other side, and their gradients with them: more
    // of them where convolutions go by Winograd, or the network is deep, or ReLU6 has two such
    // places. PyTorch in float32 is as far from PyTorch in float64: up to 0.24 in resnet-50, whose
    // outputs differ by 1.5e-4. In resnet-18 one such ReLU makes 0.1; of 16 inputs that differ by
    // 1e-7 it does so in 3, where the outputs are 1e-5 to 3e-5 away as in all the others. The
    // convolutions themselves are held to 3e-5 in tests/sdk/kernels/convolution_test.cpp.
    const bool deep = golden.name == "resnet-34" || golden.name == "resnet-50" ||
                      golden.name.starts_with("efficientnet");
    const double relus = deep ? 0.3 : golden.name == "resnet-18" ? 0.15 : 2e-2;
    const double tolerance = type == at::kDouble ? 1e-10 : deep ? 1e-3 : 2e-4;
    const double gradient_tolerance = type == at::kDouble ? 1e-10 : relus;
    const auto x = ((values("input", inputs) + 1) / 2).to(type).requires_grad_();
    std::vector<std::string> names = {"input"};
    std::vector<Tensor> with_gradient = {x};
    for (const auto& [name, tensor] : module->named_parameters()) {
      EXPECT_TRUE(!tensor.requires_grad() || lines.contains(name)) << name;
      if (!lines.contains(name)) continue;
      tensor.set_requires_grad(true);
      names.push_back(name);
      with_gradient.push_back(tensor);
    }
    EXPECT_EQ(names.size() + 1, lines.size());
    const auto out = forward(x);
    if (out.dim() == 2)
      expect_near(lines["output"], out, tolerance, 1, "output");
    else
      expect_summary(lines["output"], "output", out, tolerance);
    const auto loss = (out * values("projection", out.sizes()).to(type)).sum();
    const auto g = gradients(loss, with_gradient, {.allow_unused = true});
    for (size_t i = 0; i < g.size(); ++i)
      expect_summary(lines[names[i]], names[i],
                     g[i].defined() ? g[i] : at::zeros_like(with_gradient[i]), gradient_tolerance);
  }

  Golden golden;
  at::ScalarType type;
  std::vector<int64_t> inputs;
  std::shared_ptr<Module> module;
  std::function<Tensor(const Tensor&)> forward;
};

TEST_P(NetworksEqualPyTorch, InTrainingMode) {
  make();
  compare("training");
}

TEST_P(NetworksEqualPyTorch, InEvaluationMode) {
  make();
  compare("evaluation");
}

TEST_P(NetworksEqualPyTorch, InInference) {
  make();
  module->train(false);
  const auto backbone = std::dynamic_pointer_cast<Backbone>(module);
  const auto inference = backbone ? inference_of(*backbone) : nullptr;
  if (!inference) GTEST_SKIP() << "has no inference of its own";
  const auto x = ((values("input", inputs) + 1) / 2).to(type);
  const at::NoGradGuard no_gradient;
  expect_near(golden.modes.at("evaluation").at("output"), backbone->head(inference->features(x)),
              1e-4, 1, "output");
}

constexpr const char* kFiles[] = {"mlp",
                                  "linear",
                                  "mlp-wn",
                                  "cnn-4x4",
                                  "cnn-3x3",
                                  "cnn-wn",
                                  "resnet-18",
                                  "resnet-18-cifar",
                                  "resnet-34",
                                  "resnet-50",
                                  "wrn",
                                  "efficientnet-lite0",
                                  "efficientnet-lite1",
                                  "efficientnet-lite2",
                                  "convnext-tiny",
                                  "vit-small",
                                  "dinov2-small",
                                  "dinov2-small-reg",
                                  "generator-mlp",
                                  "generator-dcgan-28",
                                  "generator-dcgan-32",
                                  "generator-dcgan-64",
                                  "generator-dcgan-224",
                                  "generator-dcgan"};

std::string test_name(const testing::TestParamInfo<std::tuple<const char*, at::ScalarType>>& info) {
  std::string name;
  for (const char* c = std::get<0>(info.param); *c; ++c)
    if (*c != '-') name += *c;
  return name + (std::get<1>(info.param) == at::kDouble ? "_float64" : "_float32");
}

INSTANTIATE_TEST_SUITE_P(Golden, NetworksEqualPyTorch,
                         testing::Combine(testing::ValuesIn(kFiles),
                                          testing::Values(at::kDouble, at::kFloat)),
                         test_name);

}  // namespace
}  // namespace sslhost
