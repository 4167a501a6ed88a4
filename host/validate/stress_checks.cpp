// SPDX-License-Identifier: Apache-2.0
// Level 5: what a method does when things go wrong, and when it is made again and again.

#include <algorithm>
#include <filesystem>
#include <limits>

#include <malloc.h>

#include <ATen/ops/full_like.h>
#include <ATen/ops/isfinite.h>

#include "sslhost/error.hpp"

#include "host/validate/loaded_checks.hpp"
#include "host/validate/process_state.hpp"
#include "host/validate/same_tensors.hpp"
#include "host/validate/stepper.hpp"

namespace sslhost::host {

namespace {

/// Asks once for a stop, and notes how far the run was at the last report.
class StopsOnce final : public Observer {
 public:
  void progress(const Progress& p) override {
    last = p.iteration;
    if (p.iteration == kAsked) request_stop();
  }
  static constexpr int64_t kAsked = 5;
  int64_t last = 0;
};

/// Without what malloc maps: blocks of more than 1 GiB (host/programs/worker.cpp).
int64_t bytes_in_use() { return static_cast<int64_t>(mallinfo2().uordblks); }

int64_t open_files() {
  std::error_code ignored;
  const std::filesystem::directory_iterator all("/proc/self/fd", ignored);
  return std::distance(begin(all), end(all));
}

struct Left {
  int64_t bytes, files;
  std::string threads;
};

Left after_cycle(const Subject& subject) {
  {
    Stepper stepper(trial(subject));
    stepper.run(8);
  }
  return {bytes_in_use(), open_files(), process_state().at("number of threads")};
}

}  // namespace

Outcome check_stops(const Subject& subject) {
  if (!by_iterations(subject)) return skipped("it has no iterations to stop at");
  StopsOnce observer;
  try {
    train(trial(subject, {{"log_every", "1"}, {"out", subject.fresh("run")}}), observer);
  } catch (const Error& error) {
    if (error.code() != ExitCode::stopped) throw;
    return observer.last == StopsOnce::kAsked
               ? passed()
               : failed("asked to stop after iteration 5, it went on to " +
                        std::to_string(observer.last));
  }
  return failed("asked to stop after iteration 5, it trained to the end");
}

Outcome check_nan(const Subject& subject) {
  constexpr int64_t kAt = 3;
  Stepper stepper(trial(subject));
  int64_t steps = 0, poisoned = 0;
  const auto spoil = [&](const std::string&, const Tensor& images) {
    ++poisoned;
    return at::full_like(images, std::numeric_limits<double>::quiet_NaN());
  };
  stepper.run(kTrialIterations, [&](Method& method, WatchedStep& step) {
    if (steps++ >= kAt) step.replace = step.replace_labeled = spoil;
    method.step(step);
  });
  if (steps == 0) return skipped("it has no steps: begin() does it all");
  if (poisoned == 0) return skipped("it asks for no images after its first steps");
  for (const auto& optimizer : stepper.session().registry->optimizers())
    for (const auto& parameter : optimizer->parameters())
      if (!at::isfinite(parameter).all().item<bool>())
        return failed("a NaN in its images gets into the weights of '" + optimizer->name() + "'");
  if (!stepper.bad())
    return warned("a NaN in its images is in none of its losses, so that nobody hears of it");
  return passed();
}

Outcome check_cycles(const Subject& subject) {
  constexpr int64_t kSlack = 64 << 10;
  after_cycle(subject);  // what is made once and kept
  after_cycle(subject);
  const auto base = after_cycle(subject), second = after_cycle(subject),
             third = after_cycle(subject);
  if (third.threads != base.threads)
    return failed("threads: " + base.threads + " at first, " + third.threads + " two cycles later");
  if (third.files > base.files && second.files > base.files)
    return failed("open files: " + std::to_string(base.files) + " at first, " +
                  std::to_string(third.files) + " two cycles later");
  const auto grown = std::min(second.bytes - base.bytes, third.bytes - second.bytes);
  if (grown > kSlack)
    return failed("each cycle leaves " + std::to_string(grown >> 10) +
                  " KiB behind: do objects own each other in a ring?");
  return passed();
}

Outcome check_ranks(const Subject& /*subject*/) {
  return skipped(
      "start two processes by torchrun or srun, and compare the models (docs/how-to/scale.md)");
}

}  // namespace sslhost::host
