// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/softmax.h>

#include "sslhost/engine.hpp"

#include "host/evaluate/predictor.hpp"
#include "host/inference/loaded_model.hpp"
#include "host/model/evaluation_mode.hpp"

namespace sslhost {

struct Classifier::State : host::LoadedModel {
  explicit State(host::LoadedModel loaded) : LoadedModel(std::move(loaded)) {}

  void check(const Tensor& images) const {
    const bool pixels = takes_pixels();
    const auto wanted = shape();
    const auto type = pixels ? at::kByte : at::kFloat;
    if (images.dim() == 4 && images.sizes().slice(1) == IntArrayRef(wanted) &&
        images.scalar_type() == type)
      return;
    std::ostringstream expected, found;
    expected << (pixels ? "uint8 pixels" : "float32 features") << " [N, " << wanted[0] << ", "
             << wanted[1] << ", " << wanted[2] << "]";
    found << images.scalar_type() << " " << images.sizes();
    throw Error(ExitCode::data, {"images to predict", expected.str(), found.str(),
                                 "bring them into the form of the training data"});
  }

  /// [N,K] on the CPU.
  Tensor predict(const host::Predictor& predictor, const Tensor& images) {
    const auto seen = encoder ? (*encoder)(images, model.encoder->scale) : images;
    const auto scaled = model.scale(seen.to(model.task.device));
    auto logits = predictor(scaled).to(at::kFloat);
    if (model.temperature) logits = logits / *model.temperature;
    auto p = at::softmax(logits, 1).cpu();
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

Classifier Classifier::load(const std::filesystem::path& run_or_model, const std::string& device,
                            const TrainRequest& where) {
  return Classifier(std::make_unique<State>(host::load_model(run_or_model, device, where)));
}

Tensor Classifier::predict(const Tensor& images) const {
  state_->check(images);
  host::EvaluationMode mode(*state_->registry);
  std::vector<Tensor> parts = {at::empty({0, state_->model.task.classes})};
  const host::Predictor predictor(*state_->registry, state_->method.get(), state_->model.method);
  predictor.in_pieces(images.size(0), [&](int64_t first, int64_t count) {
    parts.push_back(state_->predict(predictor, images.narrow(0, first, count)));
  });
  return at::cat(parts);
}

const std::vector<std::string>& Classifier::classes() const { return state_->model.classes; }

std::vector<int64_t> Classifier::shape() const { return state_->shape(); }

std::string Classifier::knowledge_of(const std::string& dataset) const {
  const auto& reader = state_->model.reader;
  return reader && reader->dataset == dataset ? reader->knowledge : std::string();
}

}  // namespace sslhost
