// SPDX-License-Identifier: Apache-2.0
#include "host/inference/loaded_model.hpp"

#include <fstream>

#include "sslhost/error.hpp"

#include "host/device/device.hpp"
#include "host/model/build_method.hpp"
#include "host/model/named_tensors.hpp"

namespace sslhost::host {

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
                                        std::unique_ptr<Registry>& registry, MethodOwner& method) {
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

/// A safetensors file: a length of 8 bytes, and JSON.
bool begins_as_model(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  char begin[9] = {};
  return in.read(begin, sizeof begin) && begin[8] == '{';
}

/// What a run leaves of itself, whether it came to its end or not; else a run below; else empty.
std::string run_at(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const char* name : {"config.toml", "model.safetensors", "checkpoint.safetensors"})
    if (std::filesystem::exists(folder / name, ignored)) return folder.string();
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (std::filesystem::exists(entry.path() / "config.toml", ignored))
      return entry.path().string();
  return {};
}

}  // namespace

void require_run_or_model(const std::filesystem::path& named, const std::string& next) {
  std::error_code ignored;
  const auto fail = [&](const std::string& found, const std::string& what) {
    throw Error(ExitCode::usage,
                {named.string(), "the folder of a run, or its model.safetensors", found, what});
  };
  if (std::filesystem::is_directory(named, ignored)) {
    const auto run = run_at(named);
    if (run.empty()) fail("a folder that is no run", next);
    if (run != named.string()) fail("a folder that holds runs", "name one of them, such as " + run);
  } else if (std::filesystem::is_regular_file(named, ignored) &&
             named.extension() != ".safetensors" && !begins_as_model(named)) {
    fail("a file that is no model", next);
  }
}

LoadedModel load_model(const std::filesystem::path& run_or_model, const std::string& device,
                       const TrainRequest& where) {
  LoadedModel loaded;
  loaded.file = find_model_file(run_or_model);
  loaded.model = load_model_file(loaded.file, choose_device(device));
  if (loaded.model.predictor) {
    build_network(loaded.model, loaded.file, loaded.registry);
  } else {
    loaded.plan =
        build_with_plugin(loaded.model, loaded.file, where, loaded.registry, loaded.method);
  }
  if (auto& encoder = loaded.model.encoder) {
    loaded.encoder = build_encoder(*encoder, loaded.file, loaded.model.task.device);
    encoder->tensors.clear();
  }
  loaded.model.tensors.clear();
  loaded.registry->statistics().assume_recorded();
  return loaded;
}

}  // namespace sslhost::host
