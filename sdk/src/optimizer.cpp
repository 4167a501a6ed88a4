// SPDX-License-Identifier: Apache-2.0
#include "sslhost/optimizer.hpp"

#include <cmath>

namespace sslhost {

void ScheduleOptions::describe(OptionList& list, ScheduleOptions& v) {
  list.choice("schedule", v.kind,
              {{"constant", Kind::constant}, {"linear", Kind::linear}, {"step", Kind::step}},
              "learning rate over a phase: constant; linear to zero at its end; step: rate * "
              "factor^ceil(i/period)");
  list.add("schedule_factor", v.factor, "step schedule: what each period multiplies the rate by")
      .above(0)
      .at_most(1);
  list.add("schedule_period", v.period, "step schedule: length of a period")
      .at_least(1)
      .unit("iterations");
}

double rate_at(const ScheduleOptions& schedule, double rate, int64_t iteration,
               int64_t iterations) {
  const auto i = static_cast<double>(iteration);
  switch (schedule.kind) {
    case ScheduleOptions::Kind::linear:
      return rate * (1 - i / static_cast<double>(iterations));
    case ScheduleOptions::Kind::step:
      return rate * std::pow(schedule.factor, std::ceil(i / static_cast<double>(schedule.period)));
    case ScheduleOptions::Kind::constant:
      break;
  }
  return rate;
}

void OptimizerOptions::describe(OptionList& list, OptimizerOptions& v) {
  list.choice("optimizer", v.kind, {{"adam", Kind::adam}, {"sgd", Kind::sgd}},
              "Adam (Kingma & Ba 2015), or stochastic gradient descent with momentum");
  list.add("rate", v.rate, "learning rate at the start").above(0);
  list.add("beta1", v.beta1, "Adam: decay of the mean of gradients").at_least(0).below(1);
  list.add("beta2", v.beta2, "Adam: decay of the mean of squared gradients").at_least(0).below(1);
  list.add("adam_epsilon", v.epsilon, "Adam: added to the root of the second moment").above(0);
  list.add("momentum", v.momentum, "SGD: momentum").at_least(0).below(1);
  list.add("weight_decay", v.weight_decay, "L2 penalty, added to the gradient").at_least(0);
  list.group("", v.schedule);
}

void TrainingOptions::describe(OptionList& list, TrainingOptions& v) {
  list.add("iterations", v.iterations, "length of training")
      .at_least(1)
      .at_most(1e9)
      .unit("iterations");
  list.add("batch", v.batch, "labeled samples in a batch, B; at most the labeled pool is taken")
      .at_least(1)
      .at_most(1 << 20)
      .unit("samples");
  list.group("", v.optimizer);
}

}  // namespace sslhost
