// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may write in a folder of ours: of a run, or of several runs together.

#include <filesystem>
#include <string>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// Hidden, and unmistakably ours. It stays when the folder's user ends: removing a lock file while
/// others may be opening it would let two processes hold "the" lock.
inline constexpr const char* kFolderLock = ".sslhost.lock";

/// Held as long as the descriptor is open. `what`: "run folder". Throws Error (busy) naming the
/// process that has it, Error (storage) where the lock file cannot be written.
Descriptor lock_folder(const std::filesystem::path& folder, const std::string& what);

/// Whether another process holds it now; false where there is no lock file.
bool is_locked(const std::filesystem::path& folder);

}  // namespace sslhost::host
