// SPDX-License-Identifier: Apache-2.0
#pragma once

// A short run of any method on the embedded digits, through the public header of the library.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/engine.hpp"

#include "host/validate/trial.hpp"

namespace sslhost::testing {

using host::OptionTexts;

/// Ids of the methods in the build's plugin folder and of tests/methods, sorted.
std::vector<std::string> methods();
std::filesystem::path plugin_file(const std::string& method);
/// Of a method's own options.
std::vector<std::string> option_names(const std::string& method);

/// Whether it learns step by step, and has the option `iterations`; else begin() does it all.
bool by_iterations(const std::string& method);

/// 24 iterations of a small network, one thread; `more` overrides.
TrainRequest small_run(const std::string& method, const OptionTexts& more = {});

/// What `sslhost validate` checks, of this build.
host::Subject subject_of(const std::string& method, const std::filesystem::path& scratch);

/// Where to find this build's plugins; what resume() and load() need.
TrainRequest this_build();

using host::metrics_of;
using host::model_of;
using host::Silent;
using host::StopAt;
using host::trained_model;

}  // namespace sslhost::testing
