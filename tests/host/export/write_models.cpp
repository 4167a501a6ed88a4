// SPDX-License-Identifier: Apache-2.0
// write_models: names of the networks of the SDK.
// write_models FOLDER NETWORK: a model of it, what it is exported as, and what it predicts:
// NETWORK.onnx, NETWORK.python/, NETWORK.images (uint8 or float32) and NETWORK.probabilities
// (float32), NETWORK.logits (of the network in float64), row by row. check_onnx.py and
// check_python.py compare them. write_models FOLDER NAME MODEL [PLUGINS]: the same of a model that
// is there.
#include <cstdio>
#include <fstream>

#include <ATen/core/grad_mode.h>

#include "host/export/python_module.hpp"
#include "host/export/traced_model.hpp"
#include "host/export/write_onnx.hpp"
#include "random_models.hpp"

namespace sslhost::host {
namespace {

void write(const std::filesystem::path& path, const Tensor& tensor) {
  const auto rows = tensor.contiguous();
  std::ofstream(path, std::ios::binary)
      .write(static_cast<const char*>(rows.const_data_ptr()),
             static_cast<std::streamsize>(rows.nbytes()));
}

void write_beside(const std::filesystem::path& model, const std::filesystem::path& stem,
                  const TrainRequest& where = {}) {
  const auto loaded = load_model(model, "cpu", where);
  const auto operations = traced_model(loaded);
  const double temperature = loaded.model.temperature.value_or(1);
  const auto named = [&](const char* extension) {
    auto path = stem;
    return path.concat(extension);
  };
  std::ofstream(named(".onnx"), std::ios::binary)
      << onnx_model(operations, temperature, {}, "test", "test");
  const auto module = python_module(operations, loaded.model.classes, temperature, "test", "test");
  std::filesystem::create_directories(named(".python"));
  write_safetensors(named(".python") / "model.safetensors", module.tensors, {});
  std::ofstream(named(".python") / "model.py") << module.text;
  auto shape = loaded.shape();
  shape.insert(shape.begin(), 11);
  at::manual_seed(1);
  const auto images =
      loaded.takes_pixels() ? at::randint(0, 256, shape, at::kByte) : at::randn(shape, at::kFloat);
  write(named(".images"), images);
  write(named(".probabilities"), Classifier::load(model, "cpu", where).predict(images));
  const auto* network = loaded.registry->predictor();
  if (!network || loaded.encoder) return;
  const at::NoGradGuard no_gradient;
  const auto& scale = loaded.model.scale;
  network->backbone->to(at::kDouble);
  network->backbone->train(false);
  write(named(".logits"),
        Network(network->backbone)(scale.normalized(images.to(at::kDouble).mul(scale.factor))));
}

int run(const std::vector<std::string>& words) {
  if (words.empty())
    for (const auto& network : model_names()) std::printf("%s\n", network.c_str());
  if (words.size() < 2) return words.empty() ? 0 : 2;
  const std::filesystem::path folder = words[0];
  TrainRequest where;
  if (words.size() > 3) where.plugin_folders = {words[3]};
  write_beside(
      words.size() > 2 ? std::filesystem::path(words[2]) : save_random_model(folder, words[1]),
      folder / words[1], where);
  return 0;
}

}  // namespace
}  // namespace sslhost::host

int main(int count, char** words) {
  try {
    return sslhost::host::run({words + 1, words + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
