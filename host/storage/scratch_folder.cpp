// SPDX-License-Identifier: Apache-2.0
#include "host/storage/scratch_folder.hpp"

#include <cerrno>
#include <cstring>

#include <stdlib.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

ScratchFolder::ScratchFolder(const std::string& name) {
  std::error_code error;
  auto pattern = (std::filesystem::temp_directory_path(error) / (name + "-XXXXXX")).string();
  if (error || ::mkdtemp(pattern.data()) == nullptr)
    throw Error(ExitCode::storage,
                {pattern, "a temporary folder", error ? error.message() : std::strerror(errno),
                 "set TMPDIR to a folder that can be written to"});
  path_ = pattern;
}

ScratchFolder::ScratchFolder(const std::filesystem::path& parent, const std::string& name) {
  std::filesystem::create_directories(parent);
  auto pattern = (parent / (name + "-XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw Error(ExitCode::storage, {parent.string(), "a folder that can be written to", "none",
                                    "mend its permissions"});
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace sslhost::host
