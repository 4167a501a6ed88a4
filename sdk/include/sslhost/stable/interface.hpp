// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a plugin of the stable tier and a host say to each other: C structures alone, which do not
// change with LibTorch, the compiler or the C++ library. method.hpp makes a C++ interface of them.
// A later version only adds members at an end; `size` says which ones a side knows.
//
// Calls return 0, or 1 after a failure. A host's failure stays with the host and goes on when the
// plugin's call returns 1 too; a plugin's own is the text that it leaves in `Failure`.

#include <cstdint>

struct AtenTensorOpaque;

namespace sslhost::stable {

/// Of LibTorch's C interface. What a call gives back is owned by whoever called.
using TensorHandle = AtenTensorOpaque*;

inline constexpr uint32_t kInterface = 1;
inline constexpr char kStableEntryName[] = "sslhost_stable_v1";

struct Failure {
  char text[1024];
};

/// An option, whose value lies in the plugin's memory: bool, int64_t or double.
struct OptionSpec {
  uint32_t size;
  uint32_t type;  ///< 0 boolean, 1 integer, 2 number
  const char* name;
  void* value;
  const char* meaning;
  const char* source;      ///< may be null
  double at_least, above;  ///< NaN: none
  double at_most, below;   ///< NaN: none
};

struct TaskFacts {
  uint32_t size;
  uint32_t kind;  ///< 0 images, 1 points, 2 features
  int64_t classes, channels, height, width, labeled, unlabeled;
  double data_rms;
};

struct StreamSpec {
  uint32_t size;
  uint32_t unlabeled;  ///< 0: the labeled pool
  const char* name;    ///< "" for the only one of its pool
  int64_t batch;
  const char* const* views;  ///< names
  const uint32_t* augments;  ///< 0 none, 1 weak, 2 strong
  uint32_t view_count;
  uint32_t index;
};

struct PhaseSpec {
  uint32_t size;
  uint32_t evaluate;
  const char* name;
  int64_t iterations;
  const StreamSpec* streams;
  uint32_t stream_count;
};

enum class Loss : uint32_t { cross_entropy, kl_divergence, entropy, squared_error };
enum class Draw : uint32_t { normal, uniform, bernoulli };

/// How a network is passed through.
struct PassSpec {
  uint32_t size;
  uint32_t record_statistics;
  uint32_t evaluate;  ///< as at test time
  const char* noise;  ///< passes of one name share their noise layers' draws; null: none
};

/// What the host offers. `list`, `phases`, `build` and `step` are what it gave to the call that is
/// running.
struct HostCalls {
  uint32_t size;
  uint32_t interface;

  int (*add_option)(void* list, const OptionSpec* option);
  /// Iterations, batch and optimizer, described and kept by the host.
  int (*add_training)(void* list);

  int (*add_phase)(void* phases, const PhaseSpec* phase);

  int (*backbone)(void* build, const char* name, int64_t* network);
  int (*predict_with)(void* build, int64_t network);
  int (*optimizer)(void* build, const char* name, const int64_t* networks, uint32_t count,
                   int64_t* optimizer);
  int (*state)(void* build, const char* name, TensorHandle initial, uint32_t in_model,
               TensorHandle* state);
  int (*problem)(void* build, const char* option, const char* why);

  int (*labeled)(void* step, const char* view, const char* stream, TensorHandle* images,
                 TensorHandle* labels);
  int (*unlabeled)(void* step, const char* view, const char* stream, TensorHandle* images);
  int (*index)(void* step, const char* view, const char* stream, TensorHandle* positions);
  int (*pass)(void* step, int64_t network, TensorHandle images, const PassSpec* how,
              TensorHandle* logits);
  int (*update)(void* step, int64_t optimizer, TensorHandle loss, const char* term);
  int (*log)(void* step, const char* name, TensorHandle value);
  int (*draw)(void* step, uint32_t kind, const char* name, double parameter, const int64_t* shape,
              uint32_t dimensions, TensorHandle* values);
  int (*time)(void* step, TensorHandle* iteration, TensorHandle* progress);

  int (*loss)(uint32_t kind, TensorHandle a, TensorHandle b, uint32_t mean, TensorHandle* value);
  int (*unit_norm)(TensorHandle x, TensorHandle* result);
  int (*gradients)(TensorHandle value, const TensorHandle* inputs, uint32_t count,
                   uint32_t keep_graph, TensorHandle* results);
};

/// What the plugin offers. `method` is what make() gave.
struct PluginCalls {
  uint32_t size;
  uint32_t interface;
  const void* record;  ///< the bytes that are also in the file

  void* (*new_options)();  ///< with their defaults
  void (*delete_options)(void* options);
  /// Binds the list to them.
  int (*describe)(void* options, void* list, Failure* failure);
  void* (*make)(const void* options, int64_t iterations, int64_t batch, Failure* failure);
  void (*destroy)(void* method);
  int (*phases)(void* method, const TaskFacts* task, void* phases, Failure* failure);
  int (*build)(void* method, const TaskFacts* task, void* build, Failure* failure);
  int (*step)(void* method, void* step, Failure* failure);
};

/// The entry function, extern "C", called kStableEntryName. Null: it does not take this host.
using StableEntry = const PluginCalls* (*)(const HostCalls*);

}  // namespace sslhost::stable
