// SPDX-License-Identifier: Apache-2.0
// sslhost data PATH: a check of data before any training.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "host/commands/entries.hpp"
#include "host/commands/worker/audit.hpp"
#include "host/commands/worker/progress_line.hpp"
#include "host/commands/worker/request.hpp"
#include "host/config/data_plan.hpp"
#include "host/data/check_dataset.hpp"
#include "host/device/device.hpp"
#include "host/device/threads.hpp"
#include "host/encode/pretrained.hpp"
#include "host/log/standard_output.hpp"
#include "host/survey/next_command.hpp"
#include "host/survey/screen.hpp"
#include "host/survey/survey_dataset.hpp"
#include "host/survey/survey_json.hpp"

namespace sslhost::host {

namespace {

/// Of the photos that `--audit` looks at. Throws Error (usage) where that cannot be.
std::unique_ptr<Encoder> encoder_for_audit(const DataPlan& plan) {
  if (!takes_any_size(plan.plugin))
    throw Error(ExitCode::usage,
                {"--audit", "photos", "data of dataset " + plan.dataset, "leave it out"});
  return std::make_unique<Encoder>(load_pretrained(kUsualEncoder), choose_device("auto"));
}

Survey survey_of(const DataPlan& plan, const TrainRequest& request, const Encoder* encoder,
                 ProgressLine& line) {
  const auto start = std::chrono::steady_clock::now();
  const auto progress = [&](int64_t done, int64_t all) { line.reading(done, all); };
  std::vector<PixelSize> sizes;
  // What has no labels is looked at as well, and found wrong.
  const auto dataset =
      read_dataset(plan.plugin, plan.data,
                   {.progress = progress,
                    .preferred_shape = encoder ? encoder->shape() : std::vector<int64_t>(),
                    .use = DataUse::prediction,
                    .sizes = &sizes});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  auto survey = survey_dataset(dataset, sizes, progress);
  if (encoder) {
    auto more =
        audit(dataset, *encoder, [&](int64_t done, int64_t all) { line.encoding(done, all); });
    std::ranges::move(more, std::back_inserter(survey.problems));
    std::ranges::stable_sort(survey.problems, {}, &Problem::weight);
  }
  survey.expected.read_seconds = seconds.count();
  survey.data = plan.data;
  survey.dataset = plan.dataset;
  auto options = request.options;
  if (survey.all_labels) options.emplace_back("labels", "-1");
  auto& expected = survey.expected;
  if (!takes_any_size(plan.plugin)) {
    const bool network = expected.model == kPictureModel;
    survey.next = next_command(options, "vat", network ? expected.model : "");
    return survey;
  }
  survey.next = next_command(options, "");
  if (weights_named(kUsualEncoder)) {
    expected.model = kUsualEncoder;
    expected.of_model = " as it is: its features, computed once";
    expected.weights = 0;
  } else {
    expected.of_model = ", from scratch (with pretrained weights it errs far less: `" +
                        std::string(kAddUsualEncoder) + "`)";
  }
  return survey;
}

/// All that is wrong, in the look of an error.
Error error_of(const Survey& survey) {
  Error::Parts parts = {.where = survey.data.empty() ? "dataset " + survey.dataset : survey.data,
                        .expected = "data to train and to judge a model with",
                        .found = "",
                        .next = ""};
  for (const auto& problem : survey.problems) {
    if (problem.weight != Problem::Weight::wrong) continue;
    parts.found += (parts.found.empty() ? "" : "\n") + problem.text;
    if (!problem.examples.empty()) parts.found += ": " + problem.examples.front();
    if (parts.next.empty()) parts.next = problem.next;
  }
  return {ExitCode::data, parts};
}

}  // namespace

/// Prints what the data are and what is wrong with them. Throws Error (data), after that, where
/// training with them would be wrong.
int data_command(const CommandLine& line) {
  const auto request = request_with_path(line);
  const auto plan = make_survey_plan(request);
  const Threads threads(plan->threads);
  const auto encoder = line.has("audit") ? encoder_for_audit(*plan) : nullptr;
  Survey survey;
  {
    ProgressLine progress(line.has("quiet"));  // gone from the terminal before the result
    survey = survey_of(*plan, request, encoder.get(), progress);
  }
  std::fputs((line.has("json") ? json_of(survey) : screen_of(survey)).c_str(), results());
  require_written();
  if (survey.is_wrong()) throw error_of(survey);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
