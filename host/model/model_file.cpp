// SPDX-License-Identifier: Apache-2.0
#include "host/model/model_file.hpp"

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/model/named_tensors.hpp"
#include "host/storage/safetensors.hpp"

namespace sslhost::host {

void save_model_file(const std::filesystem::path& path, const ModelFile& model) {
  require_finite(model.tensors);
  const auto& t = model.task;
  const nlohmann::json about = {{"format", 1},
                                {"method", model.method},
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
  save_safetensors(path, {model.tensors, {{"sslhost_model", about.dump()}}});
}

ModelFile load_model_file(const std::filesystem::path& path, c10::Device device) {
  auto file = load_safetensors(path);
  ModelFile model;
  try {
    const auto about = nlohmann::json::parse(file.metadata.at("sslhost_model"));
    model.method = about.at("method");
    model.classes = about.at("classes").get<std::vector<std::string>>();
    model.pixels = about.at("type") == "uint8";
    const auto& shape = about.at("shape");
    model.task = {.classes = static_cast<int64_t>(model.classes.size()),
                  .channels = shape.at(0),
                  .height = shape.at(1),
                  .width = shape.at(2),
                  .labeled = about.at("labeled"),
                  .unlabeled = about.at("unlabeled"),
                  .data_rms = about.contains("data_rms") ? about["data_rms"] : about.at("spread"),
                  .augmented = about.value("augmented", false),
                  .device = device};
    const auto numbers = [&](const char* name) { return about.value(name, std::vector<float>()); };
    model.scale = Scale(about.at("scale").get<double>(), numbers("mean"), numbers(about.contains("std") ? "std" : "deviation"),
                        model.task.channels, device);
  } catch (const std::exception& error) {
    throw Error(ExitCode::storage, {path.string(), "a model of sslhost", error.what(),
                                    "name the folder of a finished run"});
  }
  model.tensors = std::move(file.tensors);
  return model;
}

}  // namespace sslhost::host
