// SPDX-License-Identifier: Apache-2.0
#pragma once

// The interface of a method of the stable tier: that of sslhost/method.hpp in small, for methods
// that are losses on the host's network. A method has
//   struct Options;                                      an aggregate with the defaults,
//   static void describe(stable::Options&, Options&);    what they are called and mean,
//   explicit Method(const Options&, Training);           a constructor,
// lives in an anonymous namespace, and ends with SSLHOST_STABLE_METHOD (sslhost/stable.hpp).

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sslhost/stable/host.hpp"

namespace sslhost::stable {

/// Bounds of an option and where its default comes from; NaN: no bound.
struct Bounds {
  double at_least = std::numeric_limits<double>::quiet_NaN();  ///< value >= it
  double above = std::numeric_limits<double>::quiet_NaN();     ///< value > it
  double at_most = std::numeric_limits<double>::quiet_NaN();   ///< value <= it
  double below = std::numeric_limits<double>::quiet_NaN();     ///< value < it
  const char* source = nullptr;                                ///< paper and equation; may be null
};

/// The options of a method. The aggregate that they are bound to is the plugin's.
class OptionList {
 public:
  /// Of a call of describe(), as long as it runs.
  explicit OptionList(void* list) : list_(list) {}
  /// A flag, a line of the help and a key of recipes. `name` as in recipes: "power_iterations".
  void add(const char* name, bool& value, const char* meaning, const Bounds& bounds = {}) {
    add(0, name, &value, meaning, bounds);
  }
  /// The same of an integer.
  void add(const char* name, int64_t& value, const char* meaning, const Bounds& bounds = {}) {
    add(1, name, &value, meaning, bounds);
  }
  /// The same of a number.
  void add(const char* name, double& value, const char* meaning, const Bounds& bounds = {}) {
    add(2, name, &value, meaning, bounds);
  }

 private:
  void add(uint32_t type, const char* name, void* value, const char* meaning, const Bounds& b) {
    const OptionSpec spec = {.size = sizeof(OptionSpec),
                             .type = type,
                             .name = name,
                             .value = value,
                             .meaning = meaning,
                             .source = b.source,
                             .at_least = b.at_least,
                             .above = b.above,
                             .at_most = b.at_most,
                             .below = b.below};
    detail::must(detail::host().add_option(list_, &spec));
  }
  void* list_;
};

/// What the options that all methods share say; the optimizer is the host's affair.
struct Training {
  int64_t iterations = 0;  ///< of the whole training
  int64_t batch = 0;       ///< labeled samples
};

using Task = TaskFacts;  ///< The problem at hand, the same for every method.

/// What is done to a stream's images before a method sees them.
struct View {
  const char* name = "weak";  ///< each of a stream has its own
  uint32_t augment = 1;       ///< 0 none, 1 weak, 2 strong
};
/// One source of batches.
struct Stream {
  const char* name = "";               ///< may be empty for the only one of its pool
  bool unlabeled = false;              ///< false: of the labeled pool
  int64_t batch = 0;                   ///< samples a step
  std::vector<View> views = {View{}};  ///< of the same samples
  bool index = false;  ///< whether the places of the samples in their pool are wanted
};
/// A part of training, with its length and streams.
struct Phase {
  const char* name = "train";        ///< each has its own
  int64_t iterations = 0;            ///< at least 1
  std::vector<Stream> streams = {};  ///< what is not declared cannot be reached
  bool evaluate = true;              ///< whether predictions mean something in it
};

/// Of the run's network, made by Build::backbone(); cheap to copy.
struct Network {
  int64_t number = -1;  ///< the host's; below 0: none
};
/// Made by Build::optimizer(); cheap to copy.
struct Optimizer {
  int64_t number = -1;  ///< the host's; below 0: none
};

/// What a method is made of: networks, optimizers, states. Errors of the host go through the
/// plugin.
class Build {
 public:
  /// Of a call of build(), as long as it runs.
  Build(void* build, const Task& task) : build_(build), task_(task) {}
  const Task& task() const { return task_; }  ///< the problem at hand
  /// The network that the user chose (--model), named so in files.
  Network backbone(const char* name) {
    Network network;
    detail::must(detail::host().backbone(build_, name, &network.number));
    return network;
  }
  /// Predictions are its logits.
  void predict_with(Network network) {
    detail::must(detail::host().predict_with(build_, network.number));
  }
  /// As the user's options say.
  Optimizer optimizer(const char* name, Network network) {
    Optimizer optimizer;
    detail::must(detail::host().optimizer(build_, name, &network.number, 1, &optimizer.number));
    return optimizer;
  }
  /// A tensor that is saved with checkpoints, to be changed in place; with the model too where
  /// `in_model`.
  Tensor state(const char* name, const Tensor& initial, bool in_model = false) {
    return detail::given(detail::host().state, build_, name, detail::handle_of(initial),
                         uint32_t{in_model});
  }
  /// Something wrong with an option that only the task shows.
  void problem(const char* option, const std::string& why) {
    detail::must(detail::host().problem(build_, option, why.c_str()));
  }

 private:
  void* build_;
  const Task& task_;
};

/// How images pass through a network.
struct Pass {
  bool record_statistics = false;  ///< once a step for each network
  bool evaluate = false;           ///< as at test time
  const char* noise = nullptr;     ///< passes of one name share dropout masks and noise
};

/// Which batch: a view and a stream of this phase; empty means the only one of its pool.
struct Pick {
  const char* view = "";    ///< its name
  const char* stream = "";  ///< its name
};
/// A batch with its labels.
struct Labeled {
  Tensor images, labels;  ///< [B,C,H,W], [B] int64; read only
};

/// One iteration: batches, passes, draws, updates. Used by the thread that calls step(), as long as
/// that runs.
class Step {
 public:
  /// Of a call of step().
  explicit Step(void* step) : step_(step) {}

  /// The batch of a labeled stream.
  Labeled labeled(Pick pick = {}) {
    TensorHandle images = nullptr, labels = nullptr;
    detail::must(detail::host().labeled(step_, pick.view, pick.stream, &images, &labels));
    return {detail::owned(images), detail::owned(labels)};
  }
  /// [U,C,H,W]; read only.
  Tensor unlabeled(Pick pick = {}) {
    return detail::given(detail::host().unlabeled, step_, pick.view, pick.stream);
  }
  /// Places of the batch's samples in their pool, [B] int64; the stream declares `index`.
  Tensor index(Pick pick = {}) {
    return detail::given(detail::host().index, step_, pick.view, pick.stream);
  }
  /// Logits [N,K] of images [N,C,H,W].
  Tensor pass(Network network, const Tensor& images, const Pass& how = {}) {
    const PassSpec spec = {.size = sizeof(PassSpec),
                           .record_statistics = how.record_statistics,
                           .evaluate = how.evaluate,
                           .noise = how.noise};
    return detail::given(detail::host().pass, step_, network.number, detail::handle_of(images),
                         &spec);
  }
  /// Gradients of `loss` [] for that optimizer's parameters, then its update.
  void update(Optimizer optimizer, const Tensor& loss, const char* term = "loss") {
    detail::must(detail::host().update(step_, optimizer.number, detail::handle_of(loss), term));
  }
  /// A value [] for the metrics.
  void log(const char* name, const Tensor& value) {
    detail::must(detail::host().log(step_, name, detail::handle_of(value)));
  }
  /// Draws that depend on (seed, name, phase, iteration) alone; each name once a step.
  Tensor normal(const char* name, const std::vector<int64_t>& shape) {
    return draw(Draw::normal, name, 0, shape);
  }
  /// [0, 1)
  Tensor uniform(const char* name, const std::vector<int64_t>& shape) {
    return draw(Draw::uniform, name, 0, shape);
  }
  /// 1 with probability p, else 0.
  Tensor bernoulli(const char* name, double p, const std::vector<int64_t>& shape) {
    return draw(Draw::bernoulli, name, p, shape);
  }
  /// Fraction of the phase that is done, [].
  Tensor progress() { return time().second; }
  /// Number of the iteration in its phase, from 0, [] int64.
  Tensor iteration() { return time().first; }

 private:
  Tensor draw(Draw kind, const char* name, double parameter, const std::vector<int64_t>& shape) {
    return detail::given(detail::host().draw, step_, static_cast<uint32_t>(kind), name, parameter,
                         shape.data(), static_cast<uint32_t>(shape.size()));
  }
  std::pair<Tensor, Tensor> time() {
    TensorHandle iteration = nullptr, progress = nullptr;
    detail::must(detail::host().time(step_, &iteration, &progress));
    return {detail::owned(iteration), detail::owned(progress)};
  }
  void* step_;
};

/// A method. What it throws is named with plugin, call and iteration.
class Method {
 public:
  virtual ~Method() = default;
  /// A function of options and task alone: streams and lengths.
  virtual std::vector<Phase> phases(const Task& task) const = 0;
  /// Makes network, optimizer and states; once.
  virtual void build(Build& build) = 0;
  /// One iteration of the current phase.
  virtual void step(Step& step) = 0;
};

}  // namespace sslhost::stable
