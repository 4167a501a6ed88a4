// SPDX-License-Identifier: Apache-2.0
#include "host/run/run_folder.hpp"

#include <array>
#include <ctime>
#include <string>
#include <system_error>

#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/run/folder_lock.hpp"
#include "host/storage/atomic_file.hpp"
#include "host/storage/durable_folders.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

Error busy(const fs::path& path, const std::string& found) {
  return Error(ExitCode::busy, {path.string(), "a new or empty folder", found,
                                "name another one, or leave --out away for a new name"});
}

/// Throws unless the folder holds nothing but, perhaps, the lock of a run that wrote nothing.
void check_empty(const fs::path& folder) {
  if (fs::exists(folder / "run.json") || fs::exists(folder / "config.toml") ||
      fs::exists(folder / "checkpoint.safetensors")) {
    throw busy(folder, "a run");
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != kFolderLock)
      throw busy(folder, "other files (" + entry.path().filename().string() + ")");
  }
}

/// Temporaries of a process that was killed; called under the lock, so nobody is writing them.
void remove_leftovers(const RunFolder& run) {
  for (const auto& entry : fs::directory_iterator(run.path())) {
    const std::string name = entry.path().filename().string();
    for (const auto& member :
         {run.config(), run.record(), run.split(), run.checkpoint(), run.model(), run.exported(),
          run.report(), run.unlabeled_predictions()}) {
      if (is_temporary_of(name, member.filename().string())) fs::remove(entry.path());
    }
  }
}

/// The same among the pictures, which have names of a method's choosing.
void remove_leftover_pictures(const fs::path& folder) {
  if (!fs::is_directory(fs::symlink_status(folder))) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    for (const char* ending : {".png.", ".svg.", ".csv."}) {
      const auto at = name.find(ending);
      if (name.starts_with('.') && at != std::string::npos &&
          is_temporary_of(name, std::string_view(name).substr(1, at + 3)))
        fs::remove(entry.path());
    }
  }
}

/// What a link leads to may lie anywhere, and a resumed run writes all of these. Before training,
/// not hours later.
void refuse_links(const RunFolder& run) {
  for (const auto& member :
       {run.config(), run.record(), run.split(), run.checkpoint(), run.model(), run.report(),
        run.metrics(), run.unlabeled_predictions(), run.pictures()})
    if (fs::is_symlink(fs::symlink_status(member)))
      throw Error(ExitCode::storage, {member.string(), "a file of the run itself", "a link",
                                      "put the file itself in its place"});
}

std::string time_stamp() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S", &local)};
}

/// std::filesystem's own errors as ours.
template <class F>
auto reported(const fs::path& path, const std::string& expected, F&& action) {
  try {
    return action();
  } catch (const fs::filesystem_error& e) {
    throw_storage(path, expected, e.code().value());
  }
}

}  // namespace

RunFolder RunFolder::create(const fs::path& path) {
  return reported(path, "to make the run folder", [&] {
    if (fs::exists(fs::symlink_status(path)) && !fs::is_directory(path))
      throw busy(path, "a file of that name");
    const bool made = make_durable_folders(path);
    try {
      check_empty(path);  // before anything is written into what may be somebody else's folder
      Descriptor lock = lock_folder(path, "run folder");
      check_empty(path);  // another process may have finished a run since
      return RunFolder(path, std::move(lock));
    } catch (const Error&) {
      if (made) ::rmdir(path.c_str());  // leaves a folder that is not empty alone
      throw;
    }
  });
}

RunFolder RunFolder::create_fresh(const fs::path& base, std::string_view method,
                                  std::string_view dataset, std::uint64_t seed) {
  const std::string name = std::string(method) + "-" + std::string(dataset) + "-s" +
                           std::to_string(seed) + "-" + time_stamp();
  return reported(base, "to make a run folder here", [&] {
    make_durable_folders(base);
    fs::path path = base / name;
    // Making the folder is what claims the name, also among processes of the same second.
    for (int n = 2; !fs::create_directory(path); ++n)
      path = base / (name + "-" + std::to_string(n));
    if (const int error = sync_folder(base); error != 0)
      throw_storage(base, "to make a run folder here", error);
    return create(path);
  });
}

void RunFolder::make_pictures() const {
  reported(pictures(), "to make the folder of pictures", [&] {
    if (fs::is_symlink(fs::symlink_status(pictures())))
      throw Error(ExitCode::storage, {pictures().string(), "a folder", "a link", "remove it"});
    if (fs::create_directory(pictures())) {
      if (const int error = sync_folder(path_); error != 0)
        throw_storage(pictures(), "to make the folder of pictures", error);
    }
  });
}

RunFolder RunFolder::resume(const fs::path& path) {
  return reported(path, "a run folder", [&] {
    const auto checkpoint = path / "checkpoint.safetensors";
    if (!fs::is_regular_file(checkpoint)) {
      throw Error(ExitCode::storage, {path.string(), "a run folder with checkpoint.safetensors",
                                      fs::exists(path) ? "none in it" : "no such folder",
                                      "check the path, or start a new run"});
    }
    RunFolder run(path, lock_folder(path, "run folder"));
    refuse_links(run);
    remove_leftovers(run);
    remove_leftover_pictures(run.pictures());
    return run;
  });
}

}  // namespace sslhost::host
