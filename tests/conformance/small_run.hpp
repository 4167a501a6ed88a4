// SPDX-License-Identifier: Apache-2.0
#pragma once

// A short run of any method on the embedded digits, through the public header of the library.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/engine.hpp"

namespace sslhost::testing {

/// Ids of the methods in the build's plugin folder and of tests/methods, sorted.
std::vector<std::string> methods();
std::filesystem::path plugin_file(const std::string& method);
/// Of a method's own options.
std::vector<std::string> option_names(const std::string& method);

/// Whether it learns step by step, and has the option `iterations`; else begin() does it all.
bool by_iterations(const std::string& method);

using OptionTexts = std::vector<std::pair<std::string, std::string>>;
/// 24 iterations of a small network, one thread; `more` overrides.
TrainRequest small_run(const std::string& method, const OptionTexts& more = {});

/// Where to find this build's plugins; what resume() and load() need.
TrainRequest this_build();

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

/// Trains into `folder`; the model's weights.
std::string trained_model(TrainRequest request, const std::filesystem::path& folder);
/// Names and bytes of the model's tensors, without what the file says of options.
std::string model_of(const std::filesystem::path& run);
/// The metrics without their times, as text.
std::string metrics_of(const std::filesystem::path& run);

}  // namespace sslhost::testing
