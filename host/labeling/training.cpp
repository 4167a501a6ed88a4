// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/training.hpp"

#include <cmath>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sslhost/error.hpp"

#include "host/labeling/child_output.hpp"
#include "host/run/statistics.hpp"

namespace sslhost::host {

const char* to_text(Training::Stage stage) {
  switch (stage) {
    case Training::Stage::none:
      return "none";
    case Training::Stage::training:
      return "training";
    case Training::Stage::predicting:
      return "predicting";
    case Training::Stage::done:
      return "done";
    case Training::Stage::failed:
      return "failed";
  }
  return "";
}

namespace {

/// With its interval: few labels are held out, and none wrong of five is no promise.
std::string words_of(double test_error, int64_t samples) {
  const auto wrong = std::llround(test_error * static_cast<double>(samples));
  const auto interval = fraction_interval(wrong, samples);
  return fmt::format(
      "test error {:.3g} %, {} of {} labels that were held out (95 % interval {:.2g} to {:.2g} %)",
      100 * test_error, wrong, samples, 100 * interval.low, 100 * interval.high);
}

}  // namespace

Training::Training(Session& session, std::filesystem::path program)
    : session_(session), program_(std::move(program)) {}

Training::~Training() {
  cancel();
  if (thread_.joinable()) thread_.join();
}

Training::State Training::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Training::change(const std::function<void(State&)>& how) {
  const std::lock_guard lock(mutex_);
  auto next = state_;
  how(next);
  if (next.stage == state_.stage && next.words == state_.words) return;
  ++next.version;
  state_ = std::move(next);
}

void Training::start() {
  const auto is_at_work = [](Stage stage) {
    return stage == Stage::training || stage == Stage::predicting;
  };
  bool was = false;
  change([&](State& state) {
    was = is_at_work(state.stage);
    if (!was) state.stage = Stage::training;
    if (!was) state.words.clear();
  });
  if (was) throw Error(ExitCode::usage, {"training", "one at a time", "one that is at work"});
  if (thread_.joinable()) thread_.join();  // it has ended
  stop_ = false;
  thread_ = std::thread([this] { work(); });
}

std::string Training::output_of(const std::vector<std::string>& arguments, Stage stage) {
  change([&](State& state) { state.stage = stage; });
  const auto said = [this](const std::string& line) {
    change([&](State& state) { state.words = line; });
  };
  return child_output(program_, arguments, stop_, said, stage == Stage::predicting);
}

void Training::work() try {
  session_.write_table();
  const auto folder = session_.pictures().folder.string();
  const auto result =
      nlohmann::json::parse(output_of({"train", "--data", folder, "--json"}, Stage::training));
  const std::string run = result.at("run");
  std::istringstream table(output_of({"predict", run, folder}, Stage::predicting));
  auto predictions =
      std::make_shared<const Predictions>(read_predictions(table, run, session_.pictures()));
  const auto words = words_of(result.at("test_error"), result.at("test_samples"));
  change([&](State& state) {
    state = {state.version, Stage::done, words, run, std::move(predictions)};
  });
} catch (const Error& error) {
  change([&](State& state) {
    state.stage = Stage::failed;
    state.words = error.parts().found;
  });
} catch (const std::exception& error) {  // a result that is none, memory
  change([&](State& state) {
    state.stage = Stage::failed;
    state.words = error.what();
  });
}

}  // namespace sslhost::host
