// SPDX-License-Identifier: Apache-2.0
#pragma once

// A system call of a traced process that changes files below a folder, or makes such changes
// durable.

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>
#include <sys/user.h>

namespace sslhost::testing {

enum class CallKind { open, write, close, sync, truncate, rename, remove, make, link, lock };

struct StorageCall {
  CallKind kind;
  const char* name;            ///< of the system call
  std::filesystem::path path;  ///< absolute; of the file, or of what a rename begins with
  std::filesystem::path to;    ///< of a rename, or the new name of a link
  bool may_make = false;       ///< may make a file, a folder or a link called `path` (or `to`)
  /// Takes space on the disk: what a full one refuses.
  bool takes_space() const;
};

/// The system calls that there are; for the filter that stops at these alone.
extern const int kStorageCalls[];
extern const int kStorageCallCount;

/// What the stopped thread is about to do; nothing where it is no concern of `root`.
std::optional<StorageCall> storage_call(pid_t thread, const user_regs_struct& registers,
                                        const std::filesystem::path& root);

}  // namespace sslhost::testing
