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

#include "sslhost/stable/tensor.hpp"

namespace sslhost::stable {

/// What the host failed with, on its way through the plugin. Not to be caught.
struct HostFailed {};

namespace detail {

/// Set by the entry function, once.
inline const HostCalls* host_calls = nullptr;
inline const HostCalls& host() { return *host_calls; }

inline void must(int failed) {
  if (failed != 0) throw HostFailed();
}

/// A call that gives a tensor as its last argument.
template <class Call, class... Arguments>
Tensor given(Call call, Arguments... arguments) {
  TensorHandle handle = nullptr;
  must(call(arguments..., &handle));
  return owned(handle);
}

}  // namespace detail

/// Bounds of an option and where its default comes from; NaN: no bound.
struct Bounds {
  double at_least = std::numeric_limits<double>::quiet_NaN();
  double above = std::numeric_limits<double>::quiet_NaN();
  double at_most = std::numeric_limits<double>::quiet_NaN();
  double below = std::numeric_limits<double>::quiet_NaN();
  const char* source = nullptr;
};

class OptionList {
 public:
  explicit OptionList(void* list) : list_(list) {}
  void add(const char* name, bool& value, const char* meaning, const Bounds& bounds = {}) {
    add(0, name, &value, meaning, bounds);
  }
  void add(const char* name, int64_t& value, const char* meaning, const Bounds& bounds = {}) {
    add(1, name, &value, meaning, bounds);
  }
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
  int64_t iterations = 0;
  int64_t batch = 0;  ///< labeled samples
};

using Task = TaskFacts;

struct View {
  const char* name = "weak";
  uint32_t augment = 1;  ///< 0 none, 1 weak, 2 strong
};
struct Stream {
  const char* name = "";
  bool unlabeled = false;
  int64_t batch = 0;  ///< samples a step
  std::vector<View> views = {View{}};
  bool index = false;  ///< whether the places of the samples in their pool are wanted
};
struct Phase {
  const char* name = "train";
  int64_t iterations = 0;
  std::vector<Stream> streams = {};
  bool evaluate = true;
};

/// Of the run's network, made by Build::backbone(); cheap to copy.
struct Network {
  int64_t number = -1;
};
struct Optimizer {
  int64_t number = -1;
};

class Build {
 public:
  Build(void* build, const Task& task) : build_(build), task_(task) {}
  const Task& task() const { return task_; }
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

struct Pick {
  const char* view = "";
  const char* stream = "";
};
struct Labeled {
  Tensor images, labels;  ///< [B,C,H,W], [B] int64; read only
};

class Step {
 public:
  explicit Step(void* step) : step_(step) {}

  Labeled labeled(Pick pick = {}) {
    TensorHandle images = nullptr, labels = nullptr;
    detail::must(detail::host().labeled(step_, pick.view, pick.stream, &images, &labels));
    return {detail::owned(images), detail::owned(labels)};
  }
  /// [U,C,H,W]; read only.
  Tensor unlabeled(Pick pick = {}) {
    return detail::given(detail::host().unlabeled, step_, pick.view, pick.stream);
  }
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

class Method {
 public:
  virtual ~Method() = default;
  virtual std::vector<Phase> phases(const Task& task) const = 0;
  virtual void build(Build& build) = 0;
  virtual void step(Step& step) = 0;
};

namespace detail {
inline Tensor loss(Loss kind, const Tensor& a, const Tensor* b, bool mean) {
  return given(host().loss, static_cast<uint32_t>(kind), handle_of(a),
               b == nullptr ? nullptr : handle_of(*b), uint32_t{mean});
}
}  // namespace detail

/// As in sslhost/training/losses.hpp: [] means over N, or [N] where `mean` is false.
inline Tensor cross_entropy(const Tensor& logits, const Tensor& labels, bool mean = true) {
  return detail::loss(Loss::cross_entropy, logits, &labels, mean);
}
inline Tensor kl_divergence(const Tensor& p_logits, const Tensor& q_logits, bool mean = true) {
  return detail::loss(Loss::kl_divergence, p_logits, &q_logits, mean);
}
inline Tensor entropy(const Tensor& logits, bool mean = true) {
  return detail::loss(Loss::entropy, logits, nullptr, mean);
}
inline Tensor squared_error(const Tensor& x, const Tensor& target, bool mean = true) {
  return detail::loss(Loss::squared_error, x, &target, mean);
}
/// x / ‖x‖ for each sample.
inline Tensor unit_norm(const Tensor& x) {
  return detail::given(detail::host().unit_norm, detail::handle_of(x));
}
/// Of `value` [] with respect to the inputs, in their order.
inline std::vector<Tensor> gradients(const Tensor& value, const std::vector<Tensor>& inputs,
                                     bool keep_graph = false) {
  std::vector<TensorHandle> from, to(inputs.size());
  for (const auto& input : inputs) from.push_back(detail::handle_of(input));
  detail::must(detail::host().gradients(detail::handle_of(value), from.data(),
                                        static_cast<uint32_t>(from.size()), uint32_t{keep_graph},
                                        to.data()));
  std::vector<Tensor> all;
  for (auto* handle : to) all.push_back(detail::owned(handle));
  return all;
}

}  // namespace sslhost::stable
