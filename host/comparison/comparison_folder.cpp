// SPDX-License-Identifier: Apache-2.0
#include "host/comparison/comparison_folder.hpp"

#include "sslhost/error.hpp"

#include "host/comparison/plan_file.hpp"
#include "host/run/folder_lock.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/storage/durable_folders.hpp"
#include "host/storage/filesystem_mistake.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

void require_comparison_folder(const fs::path& folder) {
  if (!fs::exists(fs::symlink_status(folder))) return;
  const auto refuse = [&](const std::string& found) {
    throw Error(ExitCode::busy, {folder.string(), "the folder of a comparison, or an empty one",
                                 found, "name another folder: --out DIR"});
  };
  if (!fs::is_directory(folder)) refuse("a file");
  if (fs::exists(folder / kPlanFile)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    // A plan that was being written when the process was killed is none yet.
    if (name != kFolderLock && !is_temporary_of(name, kPlanFile))
      refuse("other files (" + name + ")");
  }
}

Descriptor open_comparison(const ComparisonPlan& plan) try {
  require_comparison_folder(plan.folder);
  make_durable_folders(plan.folder);
  auto lock = lock_folder(plan.folder, "folder of a comparison");
  write_plan(plan.folder / kPlanFile, plan);
  return lock;
} catch (const fs::filesystem_error& e) {
  throw filesystem_mistake(e, ExitCode::storage);
}

}  // namespace sslhost::host
