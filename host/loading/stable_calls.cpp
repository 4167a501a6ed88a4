// SPDX-License-Identifier: Apache-2.0
#include "host/loading/stable_calls.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include <torch/csrc/inductor/aoti_torch/utils.h>

#include "sslhost/training/gradients.hpp"
#include "sslhost/training/losses.hpp"

#include "host/loading/stable_plugin.hpp"

namespace sslhost::host {

namespace {

using stable::TensorHandle;

thread_local std::exception_ptr failure;

/// No exception may go through C functions of another compiler.
template <class F>
int guarded_call(F f) {
  try {
    f();
    return 0;
  } catch (...) {
    failure = std::current_exception();
    return 1;
  }
}

const Tensor& tensor_of(TensorHandle handle) {
  if (handle == nullptr)
    throw Error(ExitCode::plugin, {"the stable interface", "a tensor", "none", "fix the method"});
  return *torch::aot_inductor::tensor_handle_to_tensor_pointer(
      reinterpret_cast<AtenTensorHandle>(handle));
}

TensorHandle given(Tensor tensor) {
  return reinterpret_cast<TensorHandle>(torch::aot_inductor::new_tensor_handle(std::move(tensor)));
}

template <class T>
const T& at(const std::vector<T>& all, int64_t number, const char* what) {
  if (number < 0 || number >= static_cast<int64_t>(all.size()))
    throw Error(ExitCode::plugin, {"the stable interface", std::string(what) + " made in build()",
                                   "number " + std::to_string(number), "fix the method"});
  return all[static_cast<size_t>(number)];
}

Option& inserted(OptionList& list, const stable::OptionSpec& spec) {
  if (spec.type == 0) return list.add(spec.name, *static_cast<bool*>(spec.value), spec.meaning);
  if (spec.type == 1) return list.add(spec.name, *static_cast<int64_t*>(spec.value), spec.meaning);
  return list.add(spec.name, *static_cast<double*>(spec.value), spec.meaning);
}

int add_option(void* list, const stable::OptionSpec* spec) {
  return guarded_call([&] {
    auto& option = inserted(static_cast<DescribedStable*>(list)->list, *spec);
    if (!std::isnan(spec->at_least)) option.at_least(spec->at_least);
    if (!std::isnan(spec->above)) option.above(spec->above);
    if (!std::isnan(spec->at_most)) option.at_most(spec->at_most);
    if (!std::isnan(spec->below)) option.below(spec->below);
    if (spec->source != nullptr) option.source(spec->source);
  });
}

int add_training(void* list) {
  return guarded_call([&] {
    auto& described = *static_cast<DescribedStable*>(list);
    described.list.group("", described.training);
  });
}

int add_phase(void* phases, const stable::PhaseSpec* spec) {
  return guarded_call([&] {
    Phase phase = {
        .name = spec->name, .iterations = spec->iterations, .evaluate = spec->evaluate != 0};
    for (uint32_t i = 0; i < spec->stream_count; ++i) {
      const auto& from = spec->streams[i];
      Stream stream = {.name = from.name,
                       .pool = from.unlabeled != 0 ? Pool::unlabeled : Pool::labeled,
                       .batch = from.batch,
                       .views = {},
                       .index = from.index != 0};
      for (uint32_t v = 0; v < from.view_count; ++v)
        stream.views.push_back({from.views[v], static_cast<Augment>(from.augments[v])});
      phase.streams.push_back(std::move(stream));
    }
    static_cast<std::vector<Phase>*>(phases)->push_back(std::move(phase));
  });
}

int backbone(void* build, const char* name, int64_t* network) {
  return guarded_call([&] {
    auto& built = *static_cast<BuiltStable*>(build);
    built.parts.networks.push_back(built.build.backbone(name));
    *network = static_cast<int64_t>(built.parts.networks.size()) - 1;
  });
}

int predict_with(void* build, int64_t network) {
  return guarded_call([&] {
    auto& built = *static_cast<BuiltStable*>(build);
    built.build.predict_with(at(built.parts.networks, network, "a network"));
  });
}

int optimizer(void* build, const char* name, const int64_t* networks, uint32_t count,
              int64_t* result) {
  return guarded_call([&] {
    auto& built = *static_cast<BuiltStable*>(build);
    std::vector<ParameterGroup> groups;
    for (uint32_t i = 0; i < count; ++i)
      groups.emplace_back(&*at(built.parts.networks, networks[i], "a network"));
    built.parts.optimizers.push_back(built.build.optimizer(name, groups, built.training.optimizer));
    *result = static_cast<int64_t>(built.parts.optimizers.size()) - 1;
  });
}

int state(void* build, const char* name, TensorHandle initial, uint32_t in_model,
          TensorHandle* result) {
  return guarded_call([&] {
    auto& built = *static_cast<BuiltStable*>(build);
    *result = given(built.build.state(name, tensor_of(initial).clone(),
                                      in_model != 0 ? Keep::model : Keep::training));
  });
}

int problem(void* build, const char* option, const char* why) {
  return guarded_call([&] { static_cast<BuiltStable*>(build)->build.problem(option, why); });
}

Step& step_of(void* step) { return static_cast<SteppedStable*>(step)->step; }

int labeled(void* step, const char* view, const char* stream, TensorHandle* images,
            TensorHandle* labels) {
  return guarded_call([&] {
    auto [x, y] = step_of(step).labeled({view, stream});
    *images = given(std::move(x));
    *labels = given(std::move(y));
  });
}

int unlabeled(void* step, const char* view, const char* stream, TensorHandle* images) {
  return guarded_call([&] { *images = given(step_of(step).unlabeled({view, stream})); });
}

int index_of(void* step, const char* view, const char* stream, TensorHandle* positions) {
  return guarded_call([&] { *positions = given(step_of(step).index({view, stream})); });
}

int pass(void* step, int64_t network, TensorHandle images, const stable::PassSpec* how,
         TensorHandle* logits) {
  return guarded_call([&] {
    auto& s = step_of(step);
    const auto& net = at(static_cast<SteppedStable*>(step)->parts.networks, network, "a network");
    const auto recorded = s.record_statistics(*net, how->record_statistics != 0);
    const bool shared = how->noise != nullptr;
    const auto noise = s.noise(shared ? how->noise : "", shared);
    std::optional<EvaluationScope> evaluated;
    if (how->evaluate != 0) evaluated.emplace(s.evaluate(*net));
    *logits = given(net(tensor_of(images)));
  });
}

int update(void* step, int64_t optimizer, TensorHandle loss, const char* term) {
  return guarded_call([&] {
    const auto& parts = static_cast<SteppedStable*>(step)->parts;
    step_of(step).update(at(parts.optimizers, optimizer, "an optimizer"), tensor_of(loss), term);
  });
}

int log(void* step, const char* name, TensorHandle value) {
  return guarded_call([&] { step_of(step).log(name, tensor_of(value)); });
}

int draw(void* step, uint32_t kind, const char* name, double parameter, const int64_t* shape,
         uint32_t dimensions, TensorHandle* values) {
  return guarded_call([&] {
    auto& s = step_of(step);
    const IntArrayRef sizes(shape, dimensions);
    const auto what = static_cast<stable::Draw>(kind);
    *values = given(what == stable::Draw::normal    ? s.normal(name, sizes)
                    : what == stable::Draw::uniform ? s.uniform(name, sizes)
                                                    : s.bernoulli(name, parameter, sizes));
  });
}

int time_of(void* step, TensorHandle* iteration, TensorHandle* progress) {
  return guarded_call([&] {
    *iteration = given(step_of(step).iteration());
    *progress = given(step_of(step).progress());
  });
}

int loss(uint32_t kind, TensorHandle a, TensorHandle b, uint32_t mean, TensorHandle* value) {
  return guarded_call([&] {
    const auto reduction = mean != 0 ? Reduction::mean : Reduction::none;
    const auto what = static_cast<stable::Loss>(kind);
    const auto& x = tensor_of(a);
    *value =
        given(what == stable::Loss::entropy         ? entropy(x, reduction)
              : what == stable::Loss::cross_entropy ? cross_entropy(x, tensor_of(b), reduction)
              : what == stable::Loss::kl_divergence ? kl_divergence(x, tensor_of(b), reduction)
                                                    : squared_error(x, tensor_of(b), reduction));
  });
}

int unit_norm_of(TensorHandle x, TensorHandle* result) {
  return guarded_call([&] { *result = given(unit_norm(tensor_of(x))); });
}

int gradients_of(TensorHandle value, const TensorHandle* inputs, uint32_t count,
                 uint32_t keep_graph, TensorHandle* results) {
  return guarded_call([&] {
    std::vector<Tensor> with_respect_to;
    for (uint32_t i = 0; i < count; ++i) with_respect_to.push_back(tensor_of(inputs[i]));
    auto found = gradients(tensor_of(value), with_respect_to, {.keep_graph = keep_graph != 0});
    for (uint32_t i = 0; i < count; ++i) results[i] = given(std::move(found[i]));
  });
}

}  // namespace

std::exception_ptr take_failure_of_host() { return std::exchange(failure, nullptr); }

const stable::HostCalls& stable_host_calls() {
  static const stable::HostCalls calls = {.size = sizeof(stable::HostCalls),
                                          .interface = stable::kInterface,
                                          .add_option = add_option,
                                          .add_training = add_training,
                                          .add_phase = add_phase,
                                          .backbone = backbone,
                                          .predict_with = predict_with,
                                          .optimizer = optimizer,
                                          .state = state,
                                          .problem = problem,
                                          .labeled = labeled,
                                          .unlabeled = unlabeled,
                                          .index = index_of,
                                          .pass = pass,
                                          .update = update,
                                          .log = log,
                                          .draw = draw,
                                          .time = time_of,
                                          .loss = loss,
                                          .unit_norm = unit_norm_of,
                                          .gradients = gradients_of};
  return calls;
}

}  // namespace sslhost::host
