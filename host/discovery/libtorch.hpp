// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which LibTorch the worker gets. An installation that was made on this machine names it in its run
// path, a Python package lies beside it; a folder that was unpacked anywhere has to look for it.

#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

struct LibTorch {
  std::filesystem::path folder;      ///< with lib/libtorch_cpu.so; empty: none that fits
  std::string version;               ///< "2.11.0+cu130"; empty where it does not say
  std::string origin;                ///< "the run path of sslhost-worker"
  std::vector<std::string> refused;  ///< others that were seen, and why they are not taken
};

/// The minor version that this program is built for: "2.11".
std::string libtorch_wanted();

/// In this order: folders of LD_LIBRARY_PATH, the run path of `worker`, LIBTORCH, what
/// scripts/setup fetched, and the package torch of the python3 in PATH.
LibTorch find_libtorch(const std::filesystem::path& worker);

/// Lets children find it: where it is in neither of the first two, LD_LIBRARY_PATH gets its
/// folders. Looks once.
void settle_libtorch(const std::filesystem::path& worker);

/// Whether LD_LIBRARY_PATH is what settle_libtorch() made of one that was empty.
bool library_path_is_settled();

}  // namespace sslhost::host
