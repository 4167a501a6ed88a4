// SPDX-License-Identifier: Apache-2.0
#include "host/run/checkpoint_state.hpp"

#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/storage/json_field.hpp"

namespace sslhost::host {

namespace {

constexpr int kFormat = 3;

/// {"csv": 120, "events": 400, "events_file": "events.out...."}: a name where it is not
/// metrics.KEY.
nlohmann::json json_of(const MetricsState& metrics) {
  auto json = nlohmann::json::object();
  for (const auto& file : metrics.files) {
    json[file.format] = file.bytes;
    if (file.name != "metrics." + file.format) json[file.format + "_file"] = file.name;
  }
  return json;
}

/// What the file says of the formats that there are.
MetricsState metrics_of(const JsonField& field) {
  MetricsState metrics;
  for (const auto& format : metrics_formats()) {
    const std::string key = format.key;
    const auto bytes = field.find(key);
    if (!bytes) continue;
    const auto named = field.find(key + "_file");
    const auto name = named ? named->text() : "metrics." + key;
    if (!is_file_name(format, name)) bytes->fail("a file's name that a run gives", name);
    metrics.files.push_back({key, name, bytes->integer(0)});
  }
  return metrics;
}

std::vector<std::string> texts_of(const JsonField& field) {
  std::vector<std::string> texts;
  field.each([&](const JsonField& text) { texts.push_back(text.text()); });
  return texts;
}

Position position_of(const JsonField& state) {
  return {.phase = state["phase"].integer(0),
          .iteration = state["iteration"].integer(0),
          .total = state["total"].integer(0),
          .seconds = state["seconds"].number(),
          .evaluation_seconds = state["evaluation_seconds"].number(),
          .weights_of = state["weights_of"].integer(0)};
}

nlohmann::ordered_json parse(const std::string& text, const JsonFile& file) {
  try {
    return nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw Error(file.code, {file.path.string(), file.what, error.what(), file.next});
  }
}

}  // namespace

std::string to_json(const CheckpointState& s) {
  nlohmann::json state = {{"format", kFormat},
                          {"phase", s.position.phase},
                          {"iteration", s.position.iteration},
                          {"total", s.position.total},
                          {"seconds", s.position.seconds},
                          {"evaluation_seconds", s.position.evaluation_seconds},
                          {"weights_of", s.position.weights_of},
                          {"evaluating", s.flags.evaluating},
                          {"fixed", s.flags.fixed},
                          {"split_hash", s.split_hash},
                          {"options", s.options},
                          {"log_order", s.log_order},
                          {"metrics", json_of(s.metrics)},
                          {"without_fall", s.without_fall}};
  if (s.best) state["best"] = {{"score", s.best->score}, {"iteration", s.best->iteration}};
  return state.dump();
}

CheckpointState read_checkpoint_state(const std::string& text, const std::filesystem::path& path) {
  const JsonFile file = {path, ExitCode::storage, "a checkpoint of sslhost",
                         "name another run folder"};
  const auto json = parse(text, file);
  const JsonField state(json, file);
  if (const auto format = state["format"]; !format.is_integer() || format.integer() != kFormat)
    throw Error(ExitCode::storage, {path.string(), "checkpoint format " + std::to_string(kFormat),
                                    format.shown(), "resume with the version that wrote it"});
  CheckpointState s;
  s.position = position_of(state);
  s.split_hash = state["split_hash"].text();
  state["options"].each_member([&](const std::string& name, const JsonField& value) {
    s.options.emplace(name, value.text());
  });
  s.flags = {texts_of(state["evaluating"]), texts_of(state["fixed"])};
  s.log_order = texts_of(state["log_order"]);
  s.metrics = metrics_of(state["metrics"]);
  s.without_fall = state["without_fall"].integer(0);
  if (const auto best = state.find("best"))
    s.best = {(*best)["score"].number(), (*best)["iteration"].integer(0)};
  return s;
}

}  // namespace sslhost::host
