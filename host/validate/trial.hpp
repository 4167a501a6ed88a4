// SPDX-License-Identifier: Apache-2.0
#pragma once

// The runs that checks make of a method: short, of a small network, on the embedded digits.

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/engine.hpp"

#include "host/loading/loader.hpp"

namespace sslhost::host {

using OptionTexts = std::vector<std::pair<std::string, std::string>>;

/// A plugin under check.
struct Subject {
  std::filesystem::path file;
  uint64_t seed = 0;
  TrainRequest given = {};  ///< the user's options for all runs, and plugin folders
  std::filesystem::path scratch = {};

  LoadedPlugin load() const { return load_plugin(inspect(file, "validate")); }
  /// A new folder, or file, below `scratch`.
  std::filesystem::path fresh(const std::string& name) const;
};

/// What a trial sets beside the user's options; later ones win.
constexpr int64_t kTrialIterations = 24;

/// What every short run has in common: 50 labels and 300 unlabeled digits, a small network, one
/// thread.
OptionTexts short_run(const std::string& plugin, uint64_t seed);

/// A run of that many iterations over all phases, 50 labels, one thread; `more` overrides, and the
/// user's options win over both.
TrainRequest trial(const Subject& subject, const OptionTexts& more = {},
                   int64_t iterations = kTrialIterations);
/// Options that make a method run for so many iterations, which its phases share, and refresh every
/// five.
OptionTexts lengths(const Subject& subject, int64_t iterations);

/// Whether it learns step by step; else begin() does it all.
bool by_iterations(const Subject& subject);

class Silent : public Observer {};

/// Asks for a stop at the first report after that many iterations.
class StopAt final : public Observer {
 public:
  explicit StopAt(int64_t iteration) : iteration_(iteration) {}
  void progress(const Progress& p) override {
    if (p.iteration >= iteration_) request_stop();
  }

 private:
  int64_t iteration_;
};

/// Names and bytes of the model's tensors, without what the file says of options.
std::string model_of(const std::filesystem::path& run);
/// The metrics without their times, as text.
std::string metrics_of(const std::filesystem::path& run);
/// Trains into `folder`; the model.
std::string trained_model(TrainRequest request, const std::filesystem::path& folder);

}  // namespace sslhost::host
