// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/softmax.h>

#include "sslhost/engine.hpp"

#include "host/model/model_file.hpp"
#include "host/model/named_tensors.hpp"
#include "host/device/device.hpp"
#include "host/engine/session.hpp"
#include "host/config/shell_word.hpp"
#include "host/evaluate/predictor.hpp"
#include "host/model/evaluation_mode.hpp"

namespace sslhost {

struct Classifier::State {
  std::unique_ptr<host::Plan> plan;
  host::ModelFile model;
  std::unique_ptr<host::Registry> registry;
  std::unique_ptr<Method> method;

  void check(const Tensor& images) const {
    const auto& task = model.task;
    const int64_t shape[] = {task.channels, task.height, task.width};
    const auto type = model.pixels ? at::kByte : at::kFloat;
    if (images.dim() == 4 && images.sizes().slice(1) == IntArrayRef(shape) &&
        images.scalar_type() == type)
      return;
    std::ostringstream expected, found;
    expected << (model.pixels ? "uint8 pixels" : "float32 features") << " [N, " << task.channels
             << ", " << task.height << ", " << task.width << "]";
    found << images.scalar_type() << " " << images.sizes();
    throw Error(ExitCode::data, {"images to predict", expected.str(), found.str(),
                                 "bring them into the form of the training data"});
  }

  /// [N,K] on the CPU.
  Tensor predict(const Tensor& images) {
    const auto scaled = model.scale(images.to(model.task.device));
    const host::Predictor predictor(*registry, method.get(), model.method);
    auto p = at::softmax(predictor(scaled).to(at::kFloat), 1).cpu();
    if (p.isnan().any().item<bool>())
      throw Error(ExitCode::diverged,
                  {"model " + model.method, "finite logits", "NaN or infinite ones",
                   "the run had diverged, or the images hold NaN: train at a lower rate"});
    return p;
  }
};

Classifier::Classifier(std::unique_ptr<State> state) : state_(std::move(state)) {}
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier::~Classifier() = default;

Classifier Classifier::load(const std::filesystem::path& run, const std::string& device,
                            const TrainRequest& where) {
  auto state = std::make_unique<State>();
  const auto file = run / "model.safetensors";
  if (!std::filesystem::exists(file))
    throw Error(ExitCode::storage,
                {file.string(), "the model of a finished run", "no such file",
                 "finish the run first: sslhost --resume " + host::shell_word(run.string())});
  state->plan = host::recorded_plan(run / "config.toml", where);
  const auto chosen = host::choose_device(device);
  state->model = host::load_model_file(file, chosen);
  host::build_method(*state->plan, state->model.task, state->registry, state->method);
  host::copy_into(state->registry->loadable_tensors(), state->model.tensors, file);
  state->registry->statistics().assume_recorded();
  return Classifier(std::move(state));
}

Tensor Classifier::predict(const Tensor& images) const {
  state_->check(images);
  host::EvaluationMode mode(*state_->registry);
  std::vector<Tensor> parts = {at::empty({0, state_->model.task.classes})};
  host::Predictor::in_pieces(images.size(0), [&](int64_t first, int64_t count) {
    parts.push_back(state_->predict(images.narrow(0, first, count)));
  });
  return at::cat(parts);
}

const std::vector<std::string>& Classifier::classes() const { return state_->model.classes; }

}  // namespace sslhost
