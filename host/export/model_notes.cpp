// SPDX-License-Identifier: Apache-2.0
#include "host/export/model_notes.hpp"

#include <algorithm>
#include <functional>

#include <fcntl.h>

#include <nlohmann/json.hpp>

#include "host/encode/known_models.hpp"
#include "host/storage/sha256.hpp"

namespace sslhost::host {

namespace {

using nlohmann::ordered_json;

/// Names of classes may hold any bytes.
std::string text_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// Equal numbers, as those of features are, are one.
std::vector<float> short_of(std::vector<float> numbers) {
  if (std::ranges::adjacent_find(numbers, std::not_equal_to<>()) == numbers.end() &&
      !numbers.empty())
    numbers.resize(1);
  return numbers;
}

/// "uint8 [batch, 3, 224, 224]"
std::string input(const LoadedModel& loaded) {
  std::string text = loaded.takes_pixels() ? "uint8 [batch" : "float32 [batch";
  for (const auto length : loaded.shape()) text += ", " + std::to_string(length);
  return text + "]";
}

/// What the file does to what is put in.
ordered_json preparation(const LoadedModel& loaded) {
  const auto& model = loaded.model;
  ordered_json all;
  if (model.encoder) all["encoder_scale"] = model.encoder->scale;
  all["scale"] = model.scale.factor;
  if (model.scale.normalizes()) {
    all["mean"] = short_of(model.scale.means());
    all["std"] = short_of(model.scale.stds());
  }
  return all;
}

std::string licence(const LoadedModel& loaded) {
  const std::string own =
      "weights trained by the user of sslhost, whose licence is theirs to say, as far as the data "
      "allow";
  if (!loaded.encoder) return own;
  const auto& network = loaded.encoder->network();
  const auto known = known_models();
  const auto found = std::ranges::find(known, network, &KnownModel::name);
  const auto of_encoder =
      found == known.end()
          ? std::string("that of whoever trained them")
          : std::string(found->licence) + " where they are those of " + std::string(found->source);
  return "weights of the encoder " + network + ": " + of_encoder + "; the rest: " + own;
}

}  // namespace

ModelNotes model_notes(const LoadedModel& loaded) {
  const auto& model = loaded.model;
  const auto file = open_file(loaded.file, O_RDONLY, "the model of a finished run");
  ModelNotes notes = {{"classes", text_of(model.classes)},
                      {"input", input(loaded)},
                      {"preparation", text_of(preparation(loaded))},
                      {"method", model.method},
                      {"network", model.predictor ? model.predictor->model : model.method}};
  if (loaded.encoder)
    notes.emplace_back("encoder", text_of({{"network", loaded.encoder->network()},
                                           {"sha256", loaded.encoder->checksum()}}));
  if (model.reader)
    notes.emplace_back("reader", text_of({{"dataset", model.reader->dataset},
                                          {"knowledge", model.reader->knowledge}}));
  notes.emplace_back("temperature", text_of(model.temperature.value_or(1)));
  notes.emplace_back("licence", licence(loaded));
  notes.emplace_back("weights_sha256", sha256_of(file, loaded.file));
  notes.emplace_back("sslhost_version", SSLHOST_VERSION);
  return notes;
}

}  // namespace sslhost::host
