// SPDX-License-Identifier: Apache-2.0
#include "host/export/model_notes.hpp"

#include <algorithm>

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

/// What the file does to what is put in.
ordered_json preparation(const LoadedModel& loaded) {
  const auto& model = loaded.model;
  ordered_json all = {{"type", loaded.takes_pixels() ? "uint8" : "float32"},
                      {"shape", loaded.shape()},
                      {"in_the_file", true}};
  if (model.encoder) all["encoder_scale"] = model.encoder->scale;
  all["scale"] = model.scale.factor;
  if (model.scale.normalizes()) {
    all["mean"] = model.scale.means();
    all["std"] = model.scale.stds();
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
