// SPDX-License-Identifier: Apache-2.0
#include "host/run/record.hpp"

#include <algorithm>
#include <variant>

#include "sslhost/error.hpp"

#include "host/storage/atomic_file.hpp"
#include "host/storage/json_field.hpp"

namespace sslhost::host {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRunning = "running";
constexpr const char* kFinished = "finished";

Json json_of(const RunRecord::Versions& v) {
  return {{"sslhost", v.sslhost},
          {"method", v.method},
          {"dataset", v.dataset},
          {"libtorch", v.libtorch},
          {"compiler", v.compiler}};
}

Json json_of(const RunRecord::Device& d) {
  Json json = {{"name", d.name}, {"hardware", d.hardware}};
  for (const auto& [layers, kernel] : d.kernels) json[layers] = kernel;
  return json;
}

Json json_of(const RunRecord::Data& d) {
  return {{"classes", d.classes},
          {"shape", d.shape},
          {"data_rms", d.data_rms},
          {"mean", d.mean},
          {"std", d.std},
          {"labeled", d.labeled},
          {"unlabeled", d.unlabeled},
          {"validation", d.validation},
          {"test", d.test},
          {"split_hash", d.split_hash},
          {"content", d.content.hash},
          {"changes", to_json(d.content.changes)},
          {"encoder", d.encoder},
          {"encoder_checksum", d.encoder_checksum},
          {"origin", d.origin},
          {"licence", d.licence},
          {"damaged", d.damaged}};
}

Json json_of(const RunRecord::Init& i) {
  return {{"source", i.source},          {"network", i.network},         {"checksum", i.checksum},
          {"loaded", i.loaded},          {"not_in_file", i.not_in_file}, {"left_out", i.left_out},
          {"head_labels", i.head_labels}};
}

Json json_of(const std::vector<RunRecord::Option>& options) {
  Json all = Json::object();
  for (const auto& option : options)
    all[option.name] = {{"value", std::visit([](const auto& v) { return Json(v); }, option.value)},
                        {"from", option.origin}};
  return all;
}

Json json_of(const RunRecord::Results& r) {
  auto per_class = Json::array();
  for (const auto& c : r.per_class)
    per_class.push_back(
        {{"precision", c.precision}, {"recall", c.recall}, {"f1", c.f1}, {"support", c.support}});
  Json json = {{"iterations", r.iterations},
               {"weights_of_iteration", r.weights_of_iteration},
               {"test_error", r.test_error},
               {"test_errors", r.test_errors},
               {"test_samples", r.test_samples},
               {"test_loss", r.test_loss},
               {"macro_f1", r.macro_f1},
               {"weighted_f1", r.weighted_f1},
               {"seconds", r.seconds},
               {"evaluation_seconds", r.evaluation_seconds},
               {"set_up_seconds", r.set_up_seconds},
               {"samples_drawn", r.samples_drawn},
               {"peak_memory", r.peak_memory},
               {"per_class", per_class},
               {"confusion", r.confusion}};
  if (r.calibration) json["calibration"] = to_json(*r.calibration);
  return json;
}

template <class T>
std::vector<T> list_of(const JsonField& field, T (*read)(const JsonField&)) {
  std::vector<T> all;
  field.each([&](const JsonField& element) { all.push_back(read(element)); });
  return all;
}

double number(const JsonField& field) { return field.number(); }

/// None in records of 0.1.
std::vector<double> numbers_of(const std::optional<JsonField>& field) {
  return field ? list_of(*field, number) : std::vector<double>();
}

std::int64_t count(const JsonField& field) { return field.integer(0); }
/// 0 in records of versions that did not count it.
std::int64_t count_or_none(const std::optional<JsonField>& field) {
  return field ? count(*field) : 0;
}
std::string text(const JsonField& field) { return field.text(); }

RunRecord::Status status_of(const JsonField& field) {
  const auto status = field.text();
  if (status != kRunning && status != kFinished)
    field.fail(std::string(kRunning) + " or " + kFinished, status);
  return status == kFinished ? RunRecord::Status::finished : RunRecord::Status::running;
}

RunRecord::Versions versions_of(const JsonField& field) {
  return {.sslhost = field["sslhost"].text(),
          .method = field["method"].text(),
          .dataset = field["dataset"].text(),
          .libtorch = field["libtorch"].text(),
          .compiler = field["compiler"].text()};
}

RunRecord::Device device_of(const JsonField& field) {
  RunRecord::Device device = {
      .name = field["name"].text(), .hardware = field["hardware"].text(), .kernels = {}};
  // Which kinds of layers there are, the SDK of the run's version knew.
  field.each_member([&](const std::string& key, const JsonField& value) {
    if (key != "name" && key != "hardware" && value.is_text())
      device.kernels.emplace_back(key, value.text());
  });
  return device;
}

/// Of all samples, such as an error; NaN where there were none.
double share(const JsonField& field) {
  const double value = field.number();
  if (value < 0 || value > 1) field.fail("a number from 0 to 1", field.shown());
  return value;
}

double seconds(const JsonField& field) {
  const double value = field.number();
  if (value < 0) field.fail("a number of seconds", field.shown());
  return value;
}

/// Empty in records of versions that knew no encoders.
std::string text_or_empty(const std::optional<JsonField>& field) {
  return field ? field->text() : std::string();
}

/// Nothing in records of versions that did not look at it.
DataContent content_of(const JsonField& data) {
  return {text_or_empty(data.find("content")), read_changes(data.find("changes"))};
}

RunRecord::Data data_of(const JsonField& field) {
  const auto spread = field.find("spread");  // what 0.1 called data_rms
  RunRecord::Data data = {.classes = list_of(field["classes"], text),
                          .shape = list_of(field["shape"], count),
                          .data_rms = (spread ? *spread : field["data_rms"]).number(),
                          .mean = numbers_of(field.find("mean")),
                          .std = numbers_of(field.find("std")),
                          .labeled = count(field["labeled"]),
                          .unlabeled = count(field["unlabeled"]),
                          .validation = count(field["validation"]),
                          .test = count(field["test"]),
                          .split_hash = field["split_hash"].text(),
                          .content = content_of(field),
                          .encoder = text_or_empty(field.find("encoder")),
                          .encoder_checksum = text_or_empty(field.find("encoder_checksum")),
                          .origin = field["origin"].text(),
                          .licence = field["licence"].text()};
  if (const auto files = field.find("damaged"))
    files->each_member([&](auto& name, const auto& why) { data.damaged[name] = why.text(); });
  return data;
}

RunRecord::Init init_of(const JsonField& field) {
  return {.source = field["source"].text(),
          .network = field["network"].text(),
          .checksum = field["checksum"].text(),
          .loaded = count(field["loaded"]),
          .not_in_file = list_of(field["not_in_file"], text),
          .left_out = list_of(field["left_out"], text),
          .head_labels = count(field["head_labels"])};
}

OptionValue value_of(const JsonField& field) {
  if (field.is_boolean()) return field.boolean();
  if (field.is_integer()) return field.integer();
  if (field.is_text()) return field.text();
  return field.number();
}

std::vector<RunRecord::Option> options_of(const JsonField& field) {
  std::vector<RunRecord::Option> all;
  field.each_member([&](const std::string& name, const JsonField& option) {
    all.push_back({name, value_of(option["value"]), option["from"].text()});
  });
  return all;
}

ClassScores scores_of(const JsonField& field) {
  return {share(field["precision"]), share(field["recall"]), share(field["f1"]),
          count(field["support"])};
}

RunRecord::Results results_of(const JsonField& field, std::size_t classes) {
  RunRecord::Results results = {.iterations = count(field["iterations"]),
                                .weights_of_iteration = count(field["weights_of_iteration"]),
                                .test_error = share(field["test_error"]),
                                .test_errors = count(field["test_errors"]),
                                .test_samples = count(field["test_samples"]),
                                .test_loss = field["test_loss"].number(),
                                .macro_f1 = share(field["macro_f1"]),
                                .weighted_f1 = share(field["weighted_f1"]),
                                .seconds = seconds(field["seconds"]),
                                .evaluation_seconds = seconds(field["evaluation_seconds"]),
                                .set_up_seconds = seconds(field["set_up_seconds"]),
                                .samples_drawn = count_or_none(field.find("samples_drawn")),
                                .peak_memory = count_or_none(field.find("peak_memory")),
                                .per_class = list_of(field["per_class"], scores_of),
                                .confusion = list_of(field["confusion"], count),
                                .calibration = {}};
  if (const auto calibration = field.find("calibration"))
    results.calibration = read_calibration(*calibration);
  const auto expect = [&](const char* name, std::size_t wanted, std::size_t found) {
    if (found != wanted)
      field[name].fail(
          std::to_string(wanted) + " elements for " + std::to_string(classes) + " classes",
          std::to_string(found));
  };
  expect("per_class", classes, results.per_class.size());
  expect("confusion", classes * classes, results.confusion.size());
  return results;
}

}  // namespace

const OptionValue* RunRecord::option(std::string_view name) const {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& option) { return option.name == name; });
  return found == options.end() ? nullptr : &found->value;
}

std::string to_json(const RunRecord& record) {
  Json json = {
      {"status", record.status == RunRecord::Status::finished ? kFinished : kRunning},
      {"method", record.method},
      {"dataset", record.dataset},
      {"versions", json_of(record.versions)},
      {"plugins",
       {{"method", to_json(record.method_plugin)}, {"dataset", to_json(record.dataset_plugin)}}},
      {"device", json_of(record.device)},
      {"data", json_of(record.data)},
      {"options", json_of(record.options)}};
  if (record.init) json["init"] = json_of(*record.init);
  if (record.results) json["results"] = json_of(*record.results);
  // What a dataset says of its origin may hold bytes that are no UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_run_record(const std::filesystem::path& file, const RunRecord& record) {
  write_atomic(file, to_json(record));
}

RunRecord read_run_record(const std::filesystem::path& path) {
  const JsonFile file = {path, ExitCode::storage, "a run's record",
                         "name the folder of a run, or put the file back as sslhost wrote it"};
  const auto content = parse_json(file);
  const JsonField field(content, file);
  RunRecord record = {.status = status_of(field["status"]),
                      .method = field["method"].text(),
                      .dataset = field["dataset"].text(),
                      .method_plugin = {},
                      .dataset_plugin = {},
                      .versions = versions_of(field["versions"]),
                      .device = device_of(field["device"]),
                      .data = data_of(field["data"]),
                      .init = {},
                      .options = options_of(field["options"]),
                      .results = {}};
  if (const auto plugins = field.find("plugins")) {
    record.method_plugin = read_used_plugin((*plugins)["method"]);
    record.dataset_plugin = read_used_plugin((*plugins)["dataset"]);
  }
  if (const auto init = field.find("init")) record.init = init_of(*init);
  if (record.status == RunRecord::Status::finished)
    record.results = results_of(field["results"], record.data.classes.size());
  return record;
}

}  // namespace sslhost::host
