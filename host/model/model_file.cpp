// SPDX-License-Identifier: Apache-2.0
#include "host/model/model_file.hpp"

#include <cmath>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"
#include "sslhost/what_is_at.hpp"

#include "host/data/run_data.hpp"
#include "host/log/shell_word.hpp"
#include "host/model/named_tensors.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::host {

namespace {

using nlohmann::json;

/// 1 was that of sslhost 0.1: no options, no networks.
constexpr int kFormat = 2;
constexpr const char* kEncoder = "encoder/";  // before its tensors' names; no module has a slash
constexpr int64_t kMost = 1 << 24;  // of channels, height, width: a damaged number is told from one

void require(bool holds, const char* otherwise) {
  if (!holds) throw std::invalid_argument(otherwise);
}

json network_json(const std::optional<SdkNetwork>& network) {
  if (!network) return nullptr;
  const auto& r = network->request;
  return {{"name", network->name},
          {"model", network->model},
          {"batch_norm", r.batch_norm},
          {"dropout", r.dropout},
          {"noise", r.noise}};
}

json encoder_json(const std::optional<ModelEncoder>& encoder) {
  if (!encoder) return nullptr;
  return {{"network", encoder->network},
          {"checksum", encoder->checksum},
          {"shape", encoder->shape},
          {"type", encoder->pixels ? "uint8" : "float32"},
          {"scale", encoder->scale}};
}

std::optional<ModelEncoder> encoder_from(const json& about) {
  if (about.is_null()) return std::nullopt;
  ModelEncoder encoder;
  encoder.network = about.at("network");
  encoder.checksum = about.at("checksum");
  encoder.shape = about.at("shape").get<std::vector<int64_t>>();
  encoder.pixels = about.at("type") == "uint8";
  encoder.scale = about.at("scale");
  require(encoder.shape.size() == 3, "pictures of an encoder without three lengths");
  for (const auto n : encoder.shape) require(n > 0 && n <= kMost, "a shape that no image has");
  require(std::isfinite(encoder.scale), "a scale that is no number");
  return encoder;
}

std::optional<SdkNetwork> network_from(const json& about) {
  if (about.is_null()) return std::nullopt;
  SdkNetwork network;
  network.name = about.at("name");
  network.model = about.at("model");
  auto& r = network.request;
  r.batch_norm = about.at("batch_norm");
  r.dropout = about.at("dropout");
  r.noise = about.at("noise");
  require(std::isfinite(r.dropout) && r.dropout < 1, "dropout outside [0, 1)");
  require(std::isfinite(r.noise), "noise that is no number");
  return network;
}

std::optional<ReaderKnowledge> reader_from(const json& about) {
  if (!about.contains("reader")) return std::nullopt;
  const auto& reader = about.at("reader");
  return ReaderKnowledge{reader.at("dataset"), reader.at("knowledge")};
}

Task task_from(const json& about, int64_t classes, c10::Device device) {
  const auto& shape = about.at("shape");
  const auto length = [&](size_t i) {
    const int64_t value = shape.at(i);
    require(value > 0 && value <= kMost, "a shape that no image has");
    return value;
  };
  Task task = {.classes = classes,
               .channels = length(0),
               .height = length(1),
               .width = length(2),
               .labeled = about.at("labeled"),
               .unlabeled = about.at("unlabeled"),
               // Both names of 0.1 are read too.
               .data_rms = about.at(about.contains("data_rms") ? "data_rms" : "spread"),
               .augmented = about.value("augmented", false),
               .device = device};
  task.kind = kind_of({task.channels, task.height, task.width});
  return task;
}

Scale scale_from(const json& about, const Task& task) {
  const auto numbers = [&](const char* name) { return about.value(name, std::vector<float>()); };
  return {about.at("scale").get<double>(), numbers("mean"),
          numbers(about.contains("std") ? "std" : "deviation"), task.channels, task.device};
}

void read_about(const json& about, c10::Device device, ModelFile& model) {
  const int format = about.at("format");
  require(format == 1 || format == kFormat, "a format of another version of sslhost");
  model.method = about.at("method");
  if (format == kFormat) {
    model.model = about.at("model");
    model.options = about.at("options").get<RecordedOptions>();
    model.predictor = network_from(about.at("network"));
    model.encoder = encoder_from(about.at("encoder"));
  }
  model.reader = reader_from(about);
  if (about.contains("temperature")) {
    model.temperature = about.at("temperature");
    require(std::isfinite(*model.temperature) && *model.temperature > 0,
            "a temperature that is no number above 0");
  }
  model.classes = about.at("classes").get<std::vector<std::string>>();
  require(model.classes.size() >= 2, "fewer than two classes");
  const std::string type = about.at("type");
  require(type == "uint8" || type == "float32", "a type other than uint8 and float32");
  model.pixels = type == "uint8";
  model.task = task_from(about, static_cast<int64_t>(model.classes.size()), device);
  model.scale = scale_from(about, model.task);
}

}  // namespace

std::filesystem::path find_model_file(const std::filesystem::path& run_or_model) {
  std::error_code ignored;
  const bool named = run_or_model.extension() == ".safetensors" &&
                     !std::filesystem::is_directory(run_or_model, ignored);
  const auto file = named || std::filesystem::is_regular_file(run_or_model, ignored)
                        ? run_or_model
                        : run_or_model / "model.safetensors";
  if (std::filesystem::exists(file, ignored)) return file;
  const bool in_folder = !named && std::filesystem::is_directory(run_or_model, ignored);
  const auto& missing = named || in_folder ? file : run_or_model;
  throw Error(
      ExitCode::storage,
      {file.string(), "the model of a finished run", what_is_at(missing.string()),
       in_folder ? "finish the run first: sslhost --resume " + shell_word(run_or_model.string())
                 : "check the path"});
}

void save_model_file(const std::filesystem::path& path, const ModelFile& model) {
  require_finite(model.tensors);
  const auto& t = model.task;
  json about = {{"format", kFormat},
                {"method", model.method},
                {"model", model.model},
                {"options", model.options.value_or(RecordedOptions())},
                {"network", network_json(model.predictor)},
                {"encoder", encoder_json(model.encoder)},
                {"classes", model.classes},
                {"type", model.pixels ? "uint8" : "float32"},
                {"scale", model.scale.factor},
                {"mean", model.scale.means()},
                {"std", model.scale.stds()},
                {"shape", {t.channels, t.height, t.width}},
                {"labeled", t.labeled},
                {"unlabeled", t.unlabeled},
                {"data_rms", t.data_rms},
                {"augmented", t.augmented}};
  if (model.reader)
    about["reader"] = {{"dataset", model.reader->dataset}, {"knowledge", model.reader->knowledge}};
  if (model.temperature) about["temperature"] = *model.temperature;
  auto tensors = model.tensors;
  if (model.encoder)
    for (const auto& [name, tensor] : model.encoder->tensors)
      tensors.emplace_back(kEncoder + name, tensor);
  save_safetensors(path, {tensors, {{"sslhost_model", about.dump()}}});
}

ModelFile load_model_file(const std::filesystem::path& path, c10::Device device) {
  auto file = load_safetensors(path);
  ModelFile model;
  try {
    read_about(json::parse(file.metadata.at("sslhost_model")), device, model);
  } catch (const std::exception& error) {
    throw Error(ExitCode::storage, {path.string(), "a model of sslhost", error.what(),
                                    "name the folder of a finished run, or its model.safetensors"});
  }
  for (auto& [name, tensor] : file.tensors) {
    const bool of_encoder = model.encoder && name.starts_with(kEncoder);
    if (of_encoder) name.erase(0, std::string_view(kEncoder).size());
    (of_encoder ? model.encoder->tensors : model.tensors).emplace_back(name, tensor);
  }
  return model;
}

}  // namespace sslhost::host
