// SPDX-License-Identifier: Apache-2.0
#include "host/run/run_record.hpp"

#include <torch/version.h>

#include "sslhost/nn/convolution.hpp"
#include "sslhost/nn/layers.hpp"

#include "host/device/device.hpp"
#include "host/evaluate/classification.hpp"

namespace sslhost::host {

namespace {

nlohmann::ordered_json value_of(const OptionValue& value) {
  return std::visit([](const auto& v) { return nlohmann::ordered_json(v); }, value);
}

}  // namespace

std::string libtorch_version() { return TORCH_VERSION; }

nlohmann::ordered_json record_start(Session& session) {
  auto& plan = *session.plan;
  nlohmann::ordered_json record;
  record["status"] = "running";
  record["method"] = plan.settings.plugin;
  record["dataset"] = plan.settings.dataset;
  record["versions"] = {{"sslhost", SSLHOST_VERSION},
                        {"method", plan.method.record.version},
                        {"dataset", plan.dataset.record.version},
                        {"libtorch", libtorch_version()},
                        {"compiler", "g++ " __VERSION__}};
  record["device"] = {{"name", session.data.task.device.str()},
                      {"hardware", device_text(session.data.task.device)},
                      {"linear_layers", linear_path()},
                      {"convolutions", convolution_path()}};
  const auto& task = session.data.task;
  record["data"] = {{"classes", session.dataset.classes},
                    {"shape", {task.channels, task.height, task.width}},
                    {"data_rms", task.data_rms},
                    {"labeled", task.labeled},
                    {"unlabeled", task.unlabeled},
                    {"validation", session.data.validation.size()},
                    {"test", session.data.test.size()},
                    {"split_hash", session.split.hash},
                    {"origin", session.dataset.origin},
                    {"licence", session.dataset.licence}};
  for (auto* list : plan.lists())
    for (const auto& option : list->all())
      record["options"][option.name()] = {{"value", value_of(option.value())},
                                          {"from", plan.origins[option.name()]}};
  return record;
}

void record_results(nlohmann::ordered_json& record, const RunResult& result, const Evaluation& test,
                    int64_t best_iteration) {
  const auto classes = static_cast<int64_t>(record["data"]["classes"].size());
  const auto scores = classify(test.confusion, classes);
  record["status"] = "finished";
  auto per_class = nlohmann::ordered_json::array();
  for (const auto& c : scores.classes)
    per_class.push_back(
        {{"precision", c.precision}, {"recall", c.recall}, {"f1", c.f1}, {"support", c.support}});
  record["results"] = {{"iterations", result.iterations},
                       {"weights_of_iteration", best_iteration},
                       {"test_error", result.test_error},
                       {"test_errors", test.errors},
                       {"test_samples", test.samples},
                       {"test_loss", test.loss},
                       {"macro_f1", scores.macro.f1},
                       {"weighted_f1", scores.weighted.f1},
                       {"seconds", result.seconds},
                       {"evaluation_seconds", result.evaluation_seconds},
                       {"set_up_seconds", result.set_up_seconds},
                       {"per_class", per_class},
                       {"confusion", test.confusion}};
}

}  // namespace sslhost::host
