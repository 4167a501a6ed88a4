// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where things lie on this machine: our programs, and the user's folders (XDG base directory
// specification 0.8).

#include <filesystem>

namespace sslhost::host {

/// The folder of the running program; its siblings are found relative to it, so that an
/// installation can be moved.
std::filesystem::path program_folder();

/// ${XDG_DATA_HOME:-~/.local/share}/sslhost. Empty when there is no home folder. A relative
/// variable counts as not set.
std::filesystem::path user_data_folder();
/// ${SSLHOST_DATA_HOME:-user_data_folder()/data}, with a folder for each data set that was fetched;
/// likewise.
std::filesystem::path user_datasets_folder();
/// ${SSLHOST_CACHE:-${XDG_CACHE_HOME:-~/.cache}/sslhost}; likewise.
std::filesystem::path user_cache_folder();

}  // namespace sslhost::host
