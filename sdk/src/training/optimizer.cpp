// SPDX-License-Identifier: Apache-2.0
#include "sslhost/training/optimizer.hpp"

#include <cmath>
#include <numbers>

namespace sslhost {

void ScheduleOptions::describe(OptionList& list, ScheduleOptions& v) {
  list.choice("schedule", v.kind,
              {{"constant", Kind::constant},
               {"linear", Kind::linear},
               {"step", Kind::step},
               {"cosine", Kind::cosine},
               {"cosine-7-16", Kind::cosine_7_16},
               {"plateau", Kind::plateau}},
              "learning rate r over n iterations (schedule_over): constant; linear to zero at its "
              "end; step: r * "
              "factor^ceil(i/period); cosine: half a wave, to zero; cosine-7-16: r * "
              "cos(7 pi i/16 n); plateau: r * factor whenever the monitored value stays");
  list.add("schedule_factor", v.factor,
           "step and plateau schedules: what each period, or plateau, multiplies the learning rate "
           "by")
      .above(0)
      .at_most(1);
  list.add("schedule_period", v.period, "step schedule: length of a period")
      .at_least(1)
      .unit("iterations");
  list.add("schedule_patience", v.patience,
           "plateau schedule: checks without improvement after which the learning rate is still "
           "kept")
      .at_least(0)
      .unit("checks");
  list.add("warmup", v.warmup,
           "iterations over which the learning rate rises linearly to the schedule's")
      .at_least(0)
      .unit("iterations");
  list.choice("schedule_over", v.over, {{"phase", Over::phase}, {"run", Over::run}},
              "whether the schedule, its warm-up included, begins anew in each phase, or goes over "
              "the iterations of all phases");
}

namespace {

double scheduled(const ScheduleOptions& schedule, double initial, double i, double n) {
  using Kind = ScheduleOptions::Kind;
  switch (schedule.kind) {
    case Kind::linear:
      return initial * (1 - i / n);
    case Kind::step:
      return initial *
             std::pow(schedule.factor, std::ceil(i / static_cast<double>(schedule.period)));
    case Kind::cosine:
      return initial * 0.5 * (1 + std::cos(std::numbers::pi * i / n));
    case Kind::cosine_7_16:
      return initial * std::cos(7 * std::numbers::pi * i / (16 * n));
    case Kind::constant:
    case Kind::plateau:
      break;
  }
  return initial;
}

}  // namespace

double learning_rate_at(const ScheduleOptions& schedule, double initial, int64_t iteration,
                        int64_t iterations) {
  const auto i = static_cast<double>(iteration);
  const double usual = scheduled(schedule, initial, i, static_cast<double>(iterations));
  return iteration < schedule.warmup ? usual * (i + 1) / static_cast<double>(schedule.warmup)
                                     : usual;
}

void OptimizerOptions::describe(OptionList& list, OptimizerOptions& v) {
  list.choice("optimizer", v.kind,
              {{"adam", Kind::adam},
               {"adamw", Kind::adamw},
               {"sgd", Kind::sgd},
               {"adadelta", Kind::adadelta}},
              "Adam (Kingma & Ba 2015), AdamW (Loshchilov & Hutter 2019), stochastic gradient "
              "descent with momentum, or Adadelta (Zeiler 2012; its usual learning rate is 1)");
  list.add("learning_rate", v.learning_rate, "learning rate at the start")
      .above(0)
      .formerly("rate");
  list.add("beta1", v.beta1, "Adam: decay of the mean of gradients").at_least(0).below(1);
  list.add("beta2", v.beta2, "Adam: decay of the mean of squared gradients").at_least(0).below(1);
  list.add("adam_epsilon", v.epsilon, "Adam: added to the root of the second moment").above(0);
  list.add("momentum", v.momentum, "SGD: momentum").at_least(0).below(1);
  list.add("nesterov", v.nesterov, "SGD: Nesterov's momentum (Sutskever et al. 2013)");
  list.add("rho", v.rho, "Adadelta: decay of the mean squares").at_least(0).below(1);
  list.add("adadelta_epsilon", v.adadelta_epsilon, "Adadelta: added to the mean squares")
      .above(0)
      .source("Keras 1");
  list.add("weight_decay", v.weight_decay,
           "L2 penalty, added to the gradient; AdamW: weights shrink by learning_rate * "
           "weight_decay")
      .at_least(0);
  list.add("decay_biases", v.decay_biases,
           "whether weight_decay acts on biases and on scales of norms too, or on weights alone");
  list.add("clip", v.clip, "longest gradient (norm over all parameters); 0: any").at_least(0);
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
