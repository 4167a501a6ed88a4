// SPDX-License-Identifier: Apache-2.0
#include "host/engine/run_result.hpp"

#include "host/encode/pretrained.hpp"
#include "host/log/shell_word.hpp"

namespace sslhost::host {

namespace {

/// What to type next. A model of photos without pretrained weights is seldom worth using.
std::string next_of(const RunFolder& folder, const Session& session) {
  const auto predict = next_command("predict", folder, *session.plan);
  if (!session.misses_weights) return predict;
  return std::string(kAddUsualEncoder) + ", then the same again; or " + predict;
}

}  // namespace

std::string next_command(const std::string& verb, const RunFolder& folder, const Plan& plan) {
  return "sslhost " + verb + " " + shell_word(folder.path().string()) + flags_text(plan.search);
}

RunResult result_of(const RunFolder& folder, const Session& session,
                    const RunRecord::Results& results) {
  const auto& settings = session.plan->settings;
  return {.run = folder.path(),
          .method = settings.plugin,
          .dataset = settings.dataset,
          .labels = session.data.task.labeled,
          .seed = settings.seed,
          .iterations = results.iterations,
          .test_error = results.test_error,
          .test_samples = results.test_samples,
          .macro_f1 = results.macro_f1,
          .temperature = results.calibration->temperature,
          .ece = results.calibration->after.ece,
          .ece_before = results.calibration->before.ece,
          .seconds = results.seconds,
          .evaluation_seconds = results.evaluation_seconds,
          .set_up_seconds = results.set_up_seconds,
          .next = next_of(folder, session)};
}

}  // namespace sslhost::host
