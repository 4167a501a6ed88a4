// SPDX-License-Identifier: Apache-2.0
#pragma once

// The stable tier: a method over LibTorch's stable interface and C functions of the host. One
// binary serves every LibTorch from the version that it was built for on (STABLE in
// sslhost_add_plugin), any compiler, and every sslhost that knows this interface. It compiles in
// seconds. For methods that are losses on the host's network; others take sslhost/plugin.hpp.
//   SSLHOST_STABLE_METHOD(Vat, "my-vat", "0.1.0", "Virtual adversarial training")

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>

#include "sslhost/record.hpp"
#include "sslhost/stable/losses.hpp"
#include "sslhost/stable/method.hpp"

namespace sslhost::stable::detail {

/// Runs a call of the host's; what it throws becomes the plugin's failure, or stays the host's.
template <class F>
int guarded(Failure* failure, F f) {
  try {
    f();
    return 0;
  } catch (const HostFailed&) {
    failure->text[0] = '\0';
  } catch (const std::exception& thrown) {
    // An empty text would say that the host failed.
    const char* text = *thrown.what() ? thrown.what() : "an exception without a text";
    std::strncpy(failure->text, text, sizeof failure->text - 1);
    failure->text[sizeof failure->text - 1] = '\0';
  } catch (...) {
    std::strncpy(failure->text, "something was thrown that is not derived from std::exception",
                 sizeof failure->text);
  }
  return 1;
}

template <class M>
struct Calls {
  using Options = typename M::Options;

  static void* new_options() { return new Options(); }
  static void delete_options(void* options) { delete static_cast<Options*>(options); }
  static int describe(void* options, void* list, Failure* failure) {
    return guarded(failure, [&] {
      must(host().add_training(list));
      OptionList wrapped(list);
      M::describe(wrapped, *static_cast<Options*>(options));
    });
  }
  static void* make(const void* options, int64_t iterations, int64_t batch, Failure* failure) {
    Method* made = nullptr;
    guarded(failure, [&] {
      made = new M(*static_cast<const Options*>(options), Training{iterations, batch});
    });
    return made;
  }
  static void destroy(void* method) { delete static_cast<Method*>(method); }

  static int phases(void* method, const TaskFacts* task, void* phases, Failure* failure) {
    return guarded(failure, [&] {
      for (const auto& phase : static_cast<Method*>(method)->phases(*task)) add(phases, phase);
    });
  }
  static int build(void* method, const TaskFacts* task, void* build, Failure* failure) {
    return guarded(failure, [&] {
      Build wrapped(build, *task);
      static_cast<Method*>(method)->build(wrapped);
    });
  }
  static int step(void* method, void* step, Failure* failure) {
    return guarded(failure, [&] {
      Step wrapped(step);
      static_cast<Method*>(method)->step(wrapped);
    });
  }

 private:
  static void add(void* phases, const Phase& phase) {
    std::vector<StreamSpec> streams;
    std::vector<std::vector<const char*>> names(phase.streams.size());
    std::vector<std::vector<uint32_t>> augments(phase.streams.size());
    for (size_t i = 0; i < phase.streams.size(); ++i) {
      const auto& stream = phase.streams[i];
      for (const auto& view : stream.views) {
        names[i].push_back(view.name);
        augments[i].push_back(view.augment);
      }
      streams.push_back({.size = sizeof(StreamSpec),
                         .unlabeled = stream.unlabeled,
                         .name = stream.name,
                         .batch = stream.batch,
                         .views = names[i].data(),
                         .augments = augments[i].data(),
                         .view_count = static_cast<uint32_t>(names[i].size()),
                         .index = stream.index});
    }
    const PhaseSpec spec = {.size = sizeof(PhaseSpec),
                            .evaluate = phase.evaluate,
                            .name = phase.name,
                            .iterations = phase.iterations,
                            .streams = streams.data(),
                            .stream_count = static_cast<uint32_t>(streams.size())};
    must(host().add_phase(phases, &spec));
  }
};

consteval Platform platform() {
  Platform p =
      sslhost::detail::platform_here(static_cast<int>(TORCH_FEATURE_VERSION >> 56),
                                     static_cast<int>(TORCH_FEATURE_VERSION >> 48 & 0xff), 0, 0, 0);
  p.checks |= kStableTier;
  return p;
}

/// Null for a host that knows less than this plugin was built with.
template <class M>
const PluginCalls* accept(const HostCalls* offered, const Record& record) {
  static_assert(sslhost::detail::in_anonymous_namespace<M>(),
                "put the class of a plugin into an anonymous namespace");
  if (offered->interface < kInterface || offered->size < sizeof(HostCalls)) return nullptr;
  host_calls = offered;
  static const PluginCalls calls = {.size = sizeof(PluginCalls),
                                    .interface = kInterface,
                                    .record = &record,
                                    .new_options = &Calls<M>::new_options,
                                    .delete_options = &Calls<M>::delete_options,
                                    .describe = &Calls<M>::describe,
                                    .make = &Calls<M>::make,
                                    .destroy = &Calls<M>::destroy,
                                    .phases = &Calls<M>::phases,
                                    .build = &Calls<M>::build,
                                    .step = &Calls<M>::step};
  return &calls;
}

}  // namespace sslhost::stable::detail

/// At the end of a plugin's file, at global scope: its class, id, version, and a line about it.
#define SSLHOST_STABLE_METHOD(Class, id, version, summary)                                   \
  SSLHOST_DETAIL_RECORD(method, id, version, summary, ::sslhost::stable::detail::platform()) \
  extern "C" __attribute__((visibility("default"))) const ::sslhost::stable::PluginCalls*    \
  sslhost_stable_v1(const ::sslhost::stable::HostCalls* host) noexcept {                     \
    return ::sslhost::stable::detail::accept<Class>(host, sslhost_record);                   \
  }
