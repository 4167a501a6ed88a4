// SPDX-License-Identifier: Apache-2.0
// Level 3: what a method would do on a CUDA card, seen without one.

#include <algorithm>

#include "host/device/pretend/use.hpp"
#include "host/validate/loaded_checks.hpp"
#include "host/validate/stepper.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kSamples = 64;
/// Steps of the first iterations may prepare something, once.
constexpr int64_t kWarmUp = 3;

/// The user's own device is for the other checks.
Subject on(const std::string& device, Subject subject) {
  std::erase_if(subject.given.options, [](const auto& option) { return option.first == "device"; });
  subject.given.options.emplace_back("device", device);
  return subject;
}

/// The card that was asked for, else the pretend one.
std::string card_of(const Subject& subject) {
  for (const auto& [name, value] : subject.given.options)
    if (name == "device" && value.starts_with("cuda")) return value;
  return "pretend";
}

std::string waits_text(const pretend::Asked& asked) {
  std::string text;
  for (const auto& [what, count] : asked.waits)
    text += (text.empty() ? "" : ", ") + what + " (" + std::to_string(count) + ")";
  return text;
}

/// Calls see(phase, iteration, asked) after each of `iterations` steps.
template <class See>
void each_step(Stepper& stepper, int64_t iterations, See see) {
  stepper.run(iterations, [&](Method& method, WatchedStep& step) {
    const pretend::Use use;
    method.step(step);
    see(std::string(step.phase()), use.asked());
  });
}

/// The first line that differs, of both.
std::string difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (a[i] != b[i]) return a[i] + " against " + b[i];
  return std::to_string(a.size()) + " operators against " + std::to_string(b.size());
}

}  // namespace

Outcome check_card(const Subject& subject) {
  Stepper here(trial(on("cpu", subject))), there(trial(on(card_of(subject), subject)));
  here.run(kTrialIterations);
  std::string waits;
  each_step(there, kTrialIterations, [&](const std::string&, const pretend::Asked& asked) {
    if (waits.empty()) waits = waits_text(asked);
  });
  if (!waits.empty()) return failed("a step waits for the card: " + waits);
  const auto expected = here.logits(kSamples), found = there.logits(kSamples);
  const double apart = (expected - found).abs().max().item<double>();
  // Other kernels add in another order, which training enlarges.
  const double most = 0.01 * std::max(1.0, expected.abs().max().item<double>());
  if (apart <= most) return passed();
  return failed("after " + std::to_string(kTrialIterations) +
                " iterations its logits are as far as " + std::to_string(apart) +
                " from those after the same iterations on a CPU");
}

Outcome check_replay(const Subject& subject) {
  Stepper stepper(trial(on("pretend", subject)));
  const auto phases = stepper.phases();
  if (std::ranges::none_of(phases, &Phase::static_step))
    return skipped("it promises no static steps (Phase::static_step)");
  std::map<std::string, std::vector<std::string>> first;
  std::map<std::string, int64_t> steps;
  std::map<std::string, std::string> others;
  each_step(stepper, kWarmUp + 3, [&](const std::string& phase, const pretend::Asked& asked) {
    if (steps[phase]++ < kWarmUp) return;
    const auto [place, is_first] = first.try_emplace(phase, asked.trace);
    if (!is_first && place->second != asked.trace)
      others.try_emplace(phase, difference(place->second, asked.trace));
  });
  for (const auto& phase : phases)
    if (const auto other = others.find(phase.name); phase.static_step && other != others.end())
      return failed("phase '" + phase.name +
                    "' promises static steps, and two ask for different things: " + other->second);
  return passed();
}

}  // namespace sslhost::host
