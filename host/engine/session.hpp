// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plan brought to life: data on the device, split drawn, method built.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sslhost/dataset.hpp"

#include "host/config/plan.hpp"
#include "host/data/run_data.hpp"
#include "host/data/split_file.hpp"
#include "host/device/threads.hpp"
#include "host/encode/encoder.hpp"
#include "host/loading/method_owner.hpp"
#include "host/model/registry.hpp"
#include "host/parallel/group.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

struct Session {
  std::unique_ptr<ProcessGroup> group;  ///< the processes that train together; null: this one alone
  std::unique_ptr<Threads> threads;
  std::unique_ptr<Plan> plan;
  UsedPlugin method_plugin, dataset_plugin;
  Dataset dataset;                      ///< as it was read
  std::unique_ptr<Encoder> encoder;     ///< whose features of it methods see; null: none
  std::optional<RunRecord::Init> init;  ///< weights that networks begin with
  bool misses_weights = false;          ///< kUsualEncoder's would see the photos, were they here
  Split split;
  DataContent content;        ///< of the dataset and the split
  bool data_changed = false;  ///< it is not what the run began with
  RunData data;
  std::vector<Phase> phases;  ///< as the method declares them
  std::unique_ptr<Registry> registry;
  MethodOwner method;         // goes first: it may refer to the registry's modules
  bool strong_views = false;  ///< whether any phase asks for them
  std::vector<std::string> notes, warnings;

  bool leads() const { return !group || group->rank() == 0; }  ///< and so writes
};

/// While data are read, and when they are: before a split is drawn, which may fail for what the
/// dataset warns of.
struct ReadingEvents {
  DatasetReader::Progress progress = {};
  DatasetReader::Progress encoding = {};
  std::function<void(const Dataset&)> read = [](const Dataset&) {};
};

/// A run that goes on.
struct Begun {
  std::filesystem::path split_file;
  RunRecord record;
  int64_t iteration = 0;       ///< updates done, over all phases
  bool may_change = false;     ///< the data
  bool other_plugins = false;  ///< may be taken
};

/// Loads and checks the data, draws the split (or takes that of a file), builds the method. Where
/// the environment names other processes, it meets them first, and returns when all of them are
/// ready.
Session open_session(std::unique_ptr<Plan> plan, const std::optional<Begun>& begun = std::nullopt,
                     const ReadingEvents& events = {});

}  // namespace sslhost::host
