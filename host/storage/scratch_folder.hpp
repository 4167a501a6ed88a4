// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace sslhost::host {

/// A new folder, removed with all that is in it.
class ScratchFolder {
 public:
  /// Below the system's temporary one. Throws Error (storage) where there can be none.
  explicit ScratchFolder(const std::string& name);
  /// Below `parent`, which is made where it is missing: what is made in it can be renamed to a
  /// place beside it. Throws Error (storage).
  ScratchFolder(const std::filesystem::path& parent, const std::string& name);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace sslhost::host
