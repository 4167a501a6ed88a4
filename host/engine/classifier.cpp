// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <ATen/ops/softmax.h>

#include "sslhost/engine.hpp"

#include "host/checkpoint/checkpoint.hpp"
#include "host/checkpoint/model_file.hpp"
#include "host/device/device.hpp"
#include "host/engine/session.hpp"
#include "host/engine/shell_word.hpp"
#include "host/evaluate/evaluate.hpp"
#include "host/plugins/guard.hpp"
#include "host/trainer/evaluation_mode.hpp"

namespace sslhost {

struct Classifier::State {
  std::unique_ptr<host::Plan> plan;
  host::ModelFile model;
  std::unique_ptr<host::Assembly> assembly;
  std::unique_ptr<Method> method;
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
  host::build_method(*state->plan, state->model.task, state->assembly, state->method);
  host::copy_into(state->assembly->model_tensors(), state->model.tensors, file);
  state->assembly->statistics().assume_recorded();
  return Classifier(std::move(state));
}

Tensor Classifier::predict(const Tensor& images) const {
  const auto& task = state_->model.task;
  const int64_t shape[] = {task.channels, task.height, task.width};
  if (images.dim() != 4 || images.sizes().slice(1) != IntArrayRef(shape)) {
    std::ostringstream expected, found;
    expected << "[N, " << task.channels << ", " << task.height << ", " << task.width << "]";
    found << images.sizes();
    throw Error(ExitCode::data,
                {"images to predict", expected.str(), found.str(), "resize them as in training"});
  }
  host::EvaluationMode mode(*state_->assembly);
  const auto scaled = state_->model.scale(images.to(task.device));
  const auto logits = host::guarded(state_->model.method, "predict", -1,
                                    [&] { return state_->method->predict(scaled); });
  host::check_logits(logits, images.size(0), task.classes);
  auto p = at::softmax(logits.to(at::kFloat), 1).cpu();
  if (p.isnan().any().item<bool>())
    throw Error(ExitCode::diverged,
                {"model " + state_->model.method, "finite logits", "NaN or infinite ones",
                 "the run had diverged, or the images hold NaN: train at a lower rate"});
  return p;
}

const std::vector<std::string>& Classifier::classes() const { return state_->model.classes; }

}  // namespace sslhost
