// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which data are to be predicted: those that a run recorded, or others that are named. Which are to
// be looked at, and of which some are to be labeled.

#include <filesystem>
#include <memory>
#include <string>

#include "sslhost/engine.hpp"
#include "sslhost/options.hpp"

#include "host/discovery/search_path.hpp"
#include "host/loading/loader.hpp"

namespace sslhost::host {

struct DataPlan {
  SearchPath search;
  std::string dataset;  ///< id of the plugin
  std::string data;     ///< what it reads
  std::string device = "auto";
  std::string encoder = "auto";
  int64_t seed = 0;
  int64_t threads = 0;  ///< as Settings::threads
  bool own = false;     ///< the data that the run names as its own
  int64_t holdout = 0;  ///< of the run, as it was asked for
  LoadedPlugin plugin;
  // They refer to the members above and to the plugin's options: a plan stays where it was made.
  OptionList list, dataset_list;
};

/// What is known beside options and a run's record.
struct NamedData {
  std::string path = {};    ///< instead of --data; any bytes
  std::string reader = {};  ///< dataset plugin that read the training data, where the model says so
};

/// Options are data, dataset, device, threads and those of the dataset. `config` is of the run
/// whose model predicts, and says what they are not given; empty: there is a model file alone.
/// Throws Error: usage for other options, storage for a damaged record.
std::unique_ptr<DataPlan> make_data_plan(const std::filesystem::path& config,
                                         const TrainRequest& request, const NamedData& named = {});

/// For `sslhost data`: options are data, dataset, threads and those of the dataset. Throws Error
/// (usage).
std::unique_ptr<DataPlan> make_survey_plan(const TrainRequest& request);

/// For `sslhost suggest`: encoder, seed and device, too.
std::unique_ptr<DataPlan> make_suggestion_plan(const TrainRequest& request);

}  // namespace sslhost::host
