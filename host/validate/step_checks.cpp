// SPDX-License-Identifier: Apache-2.0
// Level 3: what a method's steps promise.

#include <algorithm>
#include <set>

#include "host/storage/joined.hpp"
#include "host/validate/loaded_checks.hpp"
#include "host/validate/process_state.hpp"
#include "host/validate/stepper.hpp"
#include "host/validate/wait_observer.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kSteps = 3;

bool has_steps(const Stepper& stepper) {
  const auto phases = stepper.phases();
  return std::any_of(phases.begin(), phases.end(), [](const Phase& p) { return p.iterations > 0; });
}

Outcome no_steps() { return skipped("it has no steps: begin() does it all"); }

std::string stream_text(const Stream& stream) {
  return std::string(stream.pool == Pool::labeled ? "labeled" : "unlabeled") + " stream" +
         (stream.name.empty() ? "" : " '" + stream.name + "'");
}

/// The first stream of the phase that was never asked for; empty: none.
std::string unread(const Phase& phase, const std::set<std::pair<Pool, std::string>>& asked) {
  for (const auto& stream : phase.streams)
    if (!asked.contains({stream.pool, stream.name}) && !asked.contains({stream.pool, ""}))
      return "phase '" + phase.name + "' declares the " + stream_text(stream) +
             " and does not read it";
  return {};
}

/// What `seen` finds in a few steps; the first that is not empty.
template <class Seen>
std::set<std::string> observed(Stepper& stepper, Seen seen) {
  std::set<std::string> all;
  stepper.run(kSteps, [&](Method& method, WatchedStep& step) {
    const WaitObserver observer;
    method.step(step);
    all.merge(std::set<std::string>(seen(observer)));
  });
  return all;
}

}  // namespace

Outcome check_streams(const Subject& subject) {
  Stepper stepper(trial(subject));
  if (!has_steps(stepper)) return no_steps();
  std::map<std::string, std::set<std::pair<Pool, std::string>>> asked;
  stepper.run(kTrialIterations, [&](Method& method, WatchedStep& step) {
    method.step(step);
    asked[std::string(step.phase())].merge(step.asked);
  });
  for (const auto& phase : stepper.phases()) {
    if (phase.iterations == 0) continue;
    if (const auto text = unread(phase, asked[phase.name]); !text.empty()) return failed(text);
  }
  return passed();
}

/// All steps of a trial, since later checks need it. The host looks at its batches after each step;
/// writes by way of Tensor::data(), which autograd counts nowhere, show in the numbers alone.
Outcome check_inputs(const Subject& subject) {
  Stepper stepper(trial(subject));
  if (!has_steps(stepper)) return no_steps();
  std::string written;
  stepper.run(kTrialIterations, [&](Method& method, WatchedStep& step) {
    method.step(step);
    if (written.empty()) written = step.written();
  });
  return written.empty() ? passed() : failed("batches are read only: a step wrote to " + written);
}

Outcome check_habits(const Subject& subject) {
  Stepper stepper(trial(subject));
  if (!has_steps(stepper)) return no_steps();
  const auto before = process_state();
  stepper.run(kTrialIterations);
  if (!stepper.findings().empty()) return failed(stepper.findings().front());
  if (const auto what = changed_by_training(before))
    return failed("a step changes the process, which all libraries share: " + *what);
  return passed();
}

Outcome check_waits(const Subject& subject) {
  Stepper stepper(trial(subject));
  if (!has_steps(stepper)) return no_steps();
  const auto seen = observed(stepper, [](const WaitObserver& o) { return o.waits(); });
  return seen.empty() ? passed()
                      : failed("a step waits for the device, or a GPU could not replay it: " +
                               joined(seen, ", "));
}

Outcome check_device(const Subject& subject) {
  Stepper stepper(trial(subject));
  if (!has_steps(stepper)) return no_steps();
  const auto seen = observed(stepper, [](const WaitObserver& o) { return o.without_device(); });
  return seen.empty() ? passed()
                      : failed(
                            "a step makes a tensor without a device, which lies on the CPU "
                            "wherever it trains: " +
                            joined(seen, ", "));
}

}  // namespace sslhost::host
