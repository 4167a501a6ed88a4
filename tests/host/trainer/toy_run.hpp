// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small run that a test looks into: a baseline whose parts a test replaces, its events written
// down.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "sslhost/training/losses.hpp"

#include "host/trainer/trainer.hpp"
#include "tests/support/toy_data.hpp"

namespace sslhost::host {

/// A baseline whose step and further parts a test replaces.
class Toy final : public Method {
 public:
  std::vector<Phase> phases(const Task&) const override { return plan; }
  void build(Build& build) override {
    net = build.backbone("net", {.dropout = 0.3});
    adam = build.optimizer("adam", {&*net}, {.learning_rate = 0.05, .schedule = schedule});
  }
  void begin(Begin& b) override { begun.push_back(std::string(b.phase())), at_begin(b); }
  void step(Step& s) override {
    at_step(s);
    const auto loss = [&] {
      const auto statistics = s.record_statistics(*net, tracks);
      return cross_entropy(net(s.labeled({}).images), s.labeled({}).labels);
    }();
    s.update(adam, change(loss, count++), "cross_entropy");
  }
  Tensor predict(const Tensor& images) override { return at_predict(net(images)); }

  static Phase phase(std::string name, int64_t iterations) {
    return {.name = std::move(name),
            .iterations = iterations,
            .streams = {{.pool = Pool::labeled, .batch = 4}}};
  }
  std::vector<Phase> plan = {phase("train", 10)};
  ScheduleOptions schedule = {};
  bool tracks = true;
  int count = 0;
  std::vector<std::string> begun;
  std::function<Tensor(const Tensor&, int)> change = [](const Tensor& loss, int) { return loss; };
  std::function<Tensor(const Tensor&)> at_predict = [](const Tensor& logits) { return logits; };
  std::function<void(Begin&)> at_begin = [](Begin&) {};
  std::function<void(Step&)> at_step = [](Step&) {};
  Network net;
  Optimizer adam;
};

struct Events final : TrainerEvents {
  void metrics(const MetricsRow& row, const Position&, int64_t) override {
    rows.push_back(row);
    if (row.iteration == stop_at) stop = true;
  }
  void checkpoint(const Checkpoint& state) override {
    last = state;
    for (auto* tensors : {&last->model, &last->optimizers, &last->mean_log, &last->judged_log,
                          &last->early_stopping.window})
      for (auto& [name, tensor] : *tensors) tensor = tensor.clone();
  }
  void warning(const std::string& text) override { warnings.push_back(text); }
  std::vector<MetricsRow> rows;
  std::vector<std::string> warnings;
  std::optional<Checkpoint> last;
  int64_t stop_at = -1;
  std::atomic<bool> stop = false;
};

/// A method, its modules and a trainer over the toy data.
struct ToyRun {
  explicit ToyRun(const ScheduleOptions& schedule = {}) {
    method.schedule = schedule;
    method.build(registry);
  }
  Trainer& trainer() {
    if (!made)
      made.emplace(method, "toy", method.plan, data, registry, settings, events, events.stop);
    return *made;
  }
  std::vector<Tensor> weights() const {
    std::vector<Tensor> all;
    for (const auto& [name, tensor] : registry.tensors()) all.push_back(tensor.clone());
    return all;
  }
  std::vector<Tensor> parameters() const {
    std::vector<Tensor> all;
    for (const auto& p : method.net->parameters()) all.push_back(p.detach().clone());
    return all;
  }
  /// Running means and variances, in one piece.
  Tensor statistics() const {
    std::vector<Tensor> all;
    for (const auto& tensor : method.net->buffers())
      if (tensor.is_floating_point()) all.push_back(tensor.flatten());
    return at::cat(all);
  }
  /// What was written under that name: iteration and value.
  std::vector<std::pair<int64_t, double>> seen(const std::string& wanted) const {
    std::vector<std::pair<int64_t, double>> all;
    for (const auto& row : events.rows)
      for (const auto& [name, value] : row.values)
        if (name == wanted) all.emplace_back(row.iteration, value);
    return all;
  }
  RunData data = testing::toy_data();
  Registry registry{data.task, "mlp-4", 1};
  Toy method;
  Settings settings;
  Events events;
  std::optional<Trainer> made;
};

inline void expect_same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(at::equal(a[i], b[i])) << "tensor " << i;
}

/// Stops `first` after that many iterations, and goes on in `second` from its checkpoint.
inline void go_on_after_a_stop(int64_t iterations, ToyRun& first, ToyRun& second) {
  first.events.stop_at = iterations;
  EXPECT_EQ(first.trainer().run(), Trainer::Outcome::stopped);
  second.trainer().restore(*first.events.last, "checkpoint");
  second.method.count = first.method.count;
  EXPECT_EQ(second.trainer().run(), Trainer::Outcome::finished);
}

}  // namespace sslhost::host
