// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <mutex>
#include <sstream>

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/softmax.h>

#include "sslhost/engine.hpp"

#include "host/config/plan.hpp"
#include "host/device/device.hpp"
#include "host/encode/encoder.hpp"
#include "host/evaluate/predictor.hpp"
#include "host/inference/files_in_memory.hpp"
#include "host/inference/reader_of_files.hpp"
#include "host/inference/samples_together.hpp"
#include "host/model/build_method.hpp"
#include "host/model/evaluation_mode.hpp"
#include "host/model/model_file.hpp"
#include "host/model/named_tensors.hpp"

namespace sslhost {

struct Classifier::State {
  std::unique_ptr<host::Plan> plan;  ///< null: no plugin is needed
  host::ModelFile model;
  std::unique_ptr<host::Encoder> encoder;  ///< null: none
  std::unique_ptr<host::Registry> registry;
  std::unique_ptr<Method> method;
  std::filesystem::path file;
  TrainRequest where;
  std::mutex one_at_a_time;  ///< modules, their mode and plugins know nothing of threads
  std::unique_ptr<host::ReaderOfFiles> reader;  ///< null until files are predicted

  std::vector<int64_t> shape() const {
    if (model.encoder) return model.encoder->shape;
    return {model.task.channels, model.task.height, model.task.width};
  }

  void check(const Tensor& images) const {
    const bool pixels = model.encoder ? model.encoder->pixels : model.pixels;
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

namespace host {
namespace {

/// What went wrong with the model's own options and networks is damage of the file, not usage.
template <class F>
void as_damage(const std::filesystem::path& file, F&& f) {
  try {
    f();
  } catch (const Error& error) {
    if (error.code() != ExitCode::usage) throw;
    throw Error(ExitCode::storage, {file.string(), "a model that can be built", error.what(),
                                    "use it with the method that wrote it, or take another copy"});
  }
}

/// A network of the SDK's predicts alone: no plugin, and no other module's weights.
void build_network(const ModelFile& model, const std::filesystem::path& file,
                   std::unique_ptr<Registry>& registry) {
  const auto& saved = *model.predictor;
  registry = std::make_unique<Registry>(model.task, saved.model, 0);
  as_damage(file, [&] { registry->predict_with(registry->backbone(saved.name, saved.request)); });
  NamedTensors own;
  for (const auto& named : model.tensors)
    if (named.first.starts_with(saved.name + ".")) own.push_back(named);
  copy_into(registry->loadable_tensors(), own, file);
}

std::unique_ptr<Encoder> build_encoder(const ModelEncoder& saved, const std::filesystem::path& file,
                                       c10::Device device) {
  return std::make_unique<Encoder>(Pretrained{saved.network, saved.checksum, file, saved.tensors},
                                   device);
}

/// The method's options from the model file; those of a model of 0.1 are in its run folder.
OptionSource options_of(const ModelFile& model, const std::filesystem::path& file) {
  OptionSource source;
  if (!model.options) {
    source = read_recorded_options(file.parent_path() / "config.toml");
    source.strict = false;  // those of the dataset are among them
    return source;
  }
  source.entries.push_back({"model", model.model, true, "model"});
  for (const auto& [name, value] : *model.options)
    source.entries.push_back({name, value, true, "option " + name});
  return source;
}

/// The method predicts: its plugin builds what the weights are for.
std::unique_ptr<Plan> build_with_plugin(const ModelFile& model, const std::filesystem::path& file,
                                        const TrainRequest& where,
                                        std::unique_ptr<Registry>& registry,
                                        std::unique_ptr<Method>& method) {
  std::unique_ptr<Plan> plan;
  const auto options = options_of(model, file);
  const auto search = make_search_path({where.plugin_files, where.plugin_folders});
  try {
    as_damage(file, [&] {
      plan = model_plan(model.method, options, search);
      build_method(*plan, model.task, registry, method);
    });
  } catch (const Error& error) {
    if (error.code() != ExitCode::plugin || plan) throw;
    auto parts = error.parts();
    parts.where = file.string() + ", whose method predicts: " + parts.where;
    throw Error(ExitCode::plugin, parts);
  }
  copy_into(registry->loadable_tensors(), model.tensors, file);
  return plan;
}

}  // namespace
}  // namespace host

Classifier Classifier::load(const std::filesystem::path& run_or_model, const std::string& device,
                            const TrainRequest& where) {
  auto state = std::make_unique<State>();
  const auto file = host::find_model_file(run_or_model);
  state->model = host::load_model_file(file, host::choose_device(device));
  if (state->model.predictor) {
    host::build_network(state->model, file, state->registry);
  } else {
    state->plan =
        host::build_with_plugin(state->model, file, where, state->registry, state->method);
  }
  if (auto& encoder = state->model.encoder) {
    state->encoder = host::build_encoder(*encoder, file, state->model.task.device);
    encoder->tensors.clear();
  }
  state->model.tensors.clear();
  state->registry->statistics().assume_recorded();
  state->file = file;
  state->where = where;
  return Classifier(std::move(state));
}

Tensor Classifier::predict(const Tensor& images) const {
  state_->check(images);
  const std::lock_guard alone(state_->one_at_a_time);
  host::EvaluationMode mode(*state_->registry);
  std::vector<Tensor> parts = {at::empty({0, state_->model.task.classes})};
  const host::Predictor predictor(*state_->registry, state_->method.get(), state_->model.method);
  predictor.in_pieces(images.size(0), [&](int64_t first, int64_t count) {
    parts.push_back(state_->predict(predictor, images.narrow(0, first, count)));
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
