// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <mutex>
#include <span>
#include <sstream>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/softmax.h>

#include "sslhost/engine.hpp"

#include "host/evaluate/predictor.hpp"
#include "host/inference/files_in_memory.hpp"
#include "host/inference/loaded_model.hpp"
#include "host/inference/reader_of_files.hpp"
#include "host/inference/samples_together.hpp"
#include "host/model/evaluation_mode.hpp"

namespace sslhost {

struct Classifier::State : host::LoadedModel {
  State(host::LoadedModel loaded, TrainRequest where_plugins_are)
      : LoadedModel(std::move(loaded)),
        where(std::move(where_plugins_are)),
        predictor(*registry, method.get(), model.method) {}

  TrainRequest where;
  host::Predictor predictor;
  std::mutex one_at_a_time;  ///< modules, their mode and plugins know nothing of threads
  std::unique_ptr<host::ReaderOfFiles> reader;  ///< null until files are predicted

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

  FileSamples read(std::span<const std::filesystem::path> files) {
    const std::lock_guard alone(one_at_a_time);
    if (!reader)
      reader = std::make_unique<host::ReaderOfFiles>(
          file, where, model.reader ? model.reader->knowledge : "", files.front());
    return reader->read(files, shape());
  }

  /// [N,K] on the CPU.
  Tensor predict(const Tensor& images) {
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
  return Classifier(std::make_unique<State>(host::load_model(run_or_model, device, where), where));
}

Tensor Classifier::predict(const Tensor& images) const {
  state_->check(images);
  const std::lock_guard alone(state_->one_at_a_time);
  const host::EvaluationMode mode(*state_->registry);
  std::vector<Tensor> parts = {at::empty({0, state_->model.task.classes})};
  state_->predictor.in_pieces(images.size(0), [&](int64_t first, int64_t count) {
    parts.push_back(state_->predict(images.narrow(0, first, count)));
  });
  return at::cat(parts);
}

std::vector<FilePrediction> Classifier::predict_files(
    const std::vector<std::filesystem::path>& files) const {
  std::vector<FilePrediction> all;
  if (files.empty()) return all;
  const auto most = host::samples_together(shape());
  for (size_t first = 0; first < files.size(); first += most) {
    const auto piece = std::span(files).subspan(first, std::min(most, files.size() - first));
    const auto samples = state_->read(piece);
    const bool any = samples.data.defined() && samples.data.size(0) > 0;
    host::append_predictions(all, samples.reasons, any ? predict(samples.data) : Tensor());
  }
  return all;
}

std::vector<FilePrediction> Classifier::predict_bytes(
    const std::vector<std::span<const std::byte>>& files) const {
  const host::FilesInMemory in_memory(files);
  return predict_files(in_memory.paths());
}

const std::vector<std::string>& Classifier::classes() const { return state_->model.classes; }

std::vector<int64_t> Classifier::shape() const { return state_->shape(); }

std::string Classifier::knowledge_of(const std::string& dataset) const {
  const auto& reader = state_->model.reader;
  return reader && reader->dataset == dataset ? reader->knowledge : std::string();
}

}  // namespace sslhost
