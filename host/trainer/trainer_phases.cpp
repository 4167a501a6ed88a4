// SPDX-License-Identifier: Apache-2.0
// How a phase begins, goes on and ends.
#include "sslhost/training/random.hpp"

#include "host/loading/guard.hpp"
#include "host/model/named_tensors.hpp"
#include "host/parallel/means.hpp"
#include "host/trainer/pool_begin.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost::host {

void Trainer::begin_phase(const Phase& phase, bool resumed) {
  detail::NoiseContext noise{.key = random::mix(static_cast<uint64_t>(settings_.seed),
                                                random::name_key("begin " + phase.name))};
  detail::noise_context() = &noise;
  const detail::ScopeEnd forget([] { detail::noise_context() = nullptr; });
  registry_.training_mode(true);
  if (resumed) {
    registry_.set_flags(flags_);
  } else {
    PoolBegin begin(phase, 0, data_, registry_, PoolBegin::Modules::as_they_are);
    guarded(id_, "begin", -1, [&] { method_.begin(begin); });
    registry_.begin_phase();
  }
  {
    PoolBegin begin(phase, position_.iteration, data_, registry_, PoolBegin::Modules::evaluating);
    guarded(id_, "prepare", -1, [&] { method_.prepare(begin); });
  }
  registry_.statistics().remember();

  const bool validation = data_.validation.size() > 0;
  const bool plateau = plateau_asks(phases_, registry_.has_plateau(), validation);
  early_stopping_ = EarlyStopping(
      choose_monitor(phase, settings_, validation, plateau), evaluation_interval(phase, settings_),
      resumed ? std::move(early_stopping_.state()) : EarlyStoppingState{});
  log_.monitor(early_stopping_.logged());
  log_.restore_monitored(early_stopping_.state().window);
}

void Trainer::run_phase(const Phase& phase, bool& stopped) {
  Stopwatch watch(registry_.task().device);
  const auto made = guarded(id_, "phases", -1, [&] {
    return std::make_unique<TrainingStep>(phase, data_, registry_, guard_, log_,
                                          static_cast<uint64_t>(settings_.seed), &judged_);
  });
  auto& step = *made;
  UnlabeledGradientCheck check(phase, registry_.task().device);
  // Ranks that wait for each other inside a recording have been tried on no card.
  const bool may_record = settings_.graphs && phase.static_step && !data_.ranks;
  RecordedSteps recorded(registry_.task().device, may_record, [&] { return changed_by_steps(); });
  planned_before_ = 0;
  for (int64_t i = 0; i < position_.phase; ++i)
    planned_before_ += phases_[static_cast<size_t>(i)].iterations;
  begin_phase(phase, /*resumed=*/position_.iteration > 0);
  habits_.begin_phase(phase, /*last=*/&phase == &phases_.back());
  if (phase.iterations == 0) after_begin(phase, watch);
  const auto over = [&] {
    return position_.iteration >= phase.iterations || early_stopping_.stops();
  };
  while (!over()) {
    iterate(step, check, recorded, position_.iteration);
    ++position_.iteration;
    position_.weights_of = ++position_.total;
    for (const auto& text : habits_.findings(over())) warn("method " + id_ + ", " + text);
    after_iteration(phase, watch);
    if (over() || due(position_.iteration, settings_.log_every, phase.iterations))
      for (const auto& text : check.findings()) warn("method " + id_ + ", " + text);
    if (stop_asked() && !over()) {
      watch.add_to(position_.seconds);
      check_losses();
      share_logs();
      events_.checkpoint(snapshot());
      stopped = true;
      return;
    }
  }
  watch.add_to(position_.seconds);
  end_phase();
}

void Trainer::end_phase() {
  const auto& best = early_stopping_.state().best;
  if (best && !best->weights.empty()) {
    copy_into(registry_.loadable_tensors(), best->weights, "best weights");
    registry_.restart_average();
    position_.weights_of = best->iteration;
  }
  judged_.take();
  log_.take();  // what came after the last line of a phase that ended early is not the next one's
  early_stopping_ = {};
}

void Trainer::share_logs() {
  if (!data_.ranks) return;
  log_.share(*data_.ranks);
  judged_.share(*data_.ranks);
}

bool Trainer::stop_asked() const {
  const bool own = stop_.load(std::memory_order_relaxed);
  return data_.ranks ? any_of(own, *data_.ranks) : own;
}

void Trainer::refresh(const Phase& phase) {
  // Draws of its own, whatever was drawn before: a resumed run refreshes as if never stopped.
  detail::NoiseContext noise{.key = random::Key(static_cast<uint64_t>(settings_.seed))
                                        .mixed(random::name_key("refresh " + phase.name))
                                        .mixed(static_cast<uint64_t>(position_.iteration))};
  detail::noise_context() = &noise;
  const detail::ScopeEnd forget([] { detail::noise_context() = nullptr; });
  PoolBegin begin(phase, position_.iteration, data_, registry_, PoolBegin::Modules::evaluating);
  guarded(id_, "refresh", position_.total + 1, [&] { method_.refresh(begin); });
}

}  // namespace sslhost::host
