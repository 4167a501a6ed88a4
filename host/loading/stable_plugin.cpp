// SPDX-License-Identifier: Apache-2.0
#include "host/loading/stable_plugin.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

#include "host/loading/stable_calls.hpp"

namespace sslhost::host {

namespace {

bool has_failed(int result) { return result != 0; }
bool has_failed(const void* made) { return made == nullptr; }

/// Makes a call and throws what it failed with: the host's own exception, or the plugin's text.
template <class Call, class... Arguments>
auto made(Call call, Arguments... arguments) {
  stable::Failure failure = {};
  const auto result = call(arguments..., &failure);
  if (auto ours = take_failure_of_host()) std::rethrow_exception(ours);
  if (failure.text[0] != '\0') {
    failure.text[sizeof failure.text - 1] = '\0';
    throw std::runtime_error(failure.text);
  }
  if (has_failed(result)) throw std::runtime_error("the call failed, and does not say why");
  return result;
}

stable::TaskFacts facts_of(const Task& task) {
  return {.size = sizeof(stable::TaskFacts),
          .kind = static_cast<uint32_t>(task.kind),
          .classes = task.classes,
          .channels = task.channels,
          .height = task.height,
          .width = task.width,
          .labeled = task.labeled,
          .unlabeled = task.unlabeled,
          .data_rms = task.data_rms};
}

/// Keeps the options alive that it was made with.
class StableMethod final : public Method {
 public:
  StableMethod(const stable::PluginCalls& calls, void* method, TrainingOptions training)
      : calls_(calls), method_(method), training_(std::move(training)) {}
  StableMethod(const StableMethod&) = delete;
  StableMethod& operator=(const StableMethod&) = delete;
  ~StableMethod() override { calls_.destroy(method_); }

  std::vector<Phase> phases(const Task& task) const override {
    const auto facts = facts_of(task);
    std::vector<Phase> all;
    made(calls_.phases, method_, &facts, static_cast<void*>(&all));
    return all;
  }
  void build(Build& build) override {
    const auto facts = facts_of(build.task());
    BuiltStable built{build, training_, parts_};
    made(calls_.build, method_, &facts, static_cast<void*>(&built));
  }
  void step(Step& step) override {
    SteppedStable stepped{step, parts_};
    made(calls_.step, method_, static_cast<void*>(&stepped));
  }

 private:
  const stable::PluginCalls& calls_;
  void* method_;
  TrainingOptions training_;
  StableParts parts_;
};

class StablePlugin final : public MethodPlugin {
 public:
  explicit StablePlugin(const stable::PluginCalls& calls)
      : calls_(calls), options_(calls.new_options()) {}
  StablePlugin(const StablePlugin&) = delete;
  StablePlugin& operator=(const StablePlugin&) = delete;
  ~StablePlugin() override { calls_.delete_options(options_); }

  void describe(OptionList& list) override {
    DescribedStable described{list, training_};
    made(calls_.describe, options_, static_cast<void*>(&described));
  }
  std::unique_ptr<Method> make() override {
    void* method = made(calls_.make, static_cast<const void*>(options_), training_.iterations,
                        training_.batch);
    return std::make_unique<StableMethod>(calls_, method, training_);
  }

 private:
  const stable::PluginCalls& calls_;
  void* options_;
  TrainingOptions training_;
};

}  // namespace

std::unique_ptr<MethodPlugin> stable_plugin(const stable::PluginCalls& calls) {
  return std::make_unique<StablePlugin>(calls);
}

}  // namespace sslhost::host
