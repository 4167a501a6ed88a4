// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/libtorch.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

#include "host/discovery/child.hpp"
#include "host/discovery/compatibility.hpp"
#include "host/discovery/python.hpp"
#include "host/discovery/run_path.hpp"
#include "host/discovery/user_folders.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

constexpr char kLibrary[] = "libtorch_cpu.so";
constexpr char kLibraryPath[] = "LD_LIBRARY_PATH";

/// What settle_libtorch() made of an empty LD_LIBRARY_PATH.
std::string settled_path;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string text_of(const fs::path& file) {
  std::ifstream input(file);
  return {std::istreambuf_iterator<char>(input), {}};
}

/// Python's package says it in version.py, the archive for C++ in build-version.
std::string version_of(const fs::path& folder) {
  std::smatch found;
  const auto text = text_of(folder / "version.py") + text_of(folder / "build-version");
  return std::regex_search(text, found, std::regex(R"((\d+\.\d+\.\d+[+.\w]*))")) ? found[1].str()
                                                                                 : "";
}

/// Why a LibTorch that has the library cannot be taken; empty: it can.
std::string why_not(const std::string& version) {
  if (!version.starts_with(libtorch_wanted() + "."))
    return " is LibTorch " + version + ", not " + libtorch_wanted();
  return "";
}

/// The folder above one of `lib`s that holds the library.
std::optional<fs::path> above(const std::vector<fs::path>& libs) {
  for (const auto& lib : libs)
    if (is_file(lib / kLibrary)) return lib.lexically_normal().parent_path();
  return std::nullopt;
}

std::vector<fs::path> folders_of(const std::string& joined) {
  std::vector<fs::path> folders;
  std::istringstream input(joined);
  for (std::string folder; std::getline(input, folder, ':');)
    if (!folder.empty()) folders.emplace_back(folder);
  return folders;
}

/// What scripts/setup chose on this machine.
fs::path chosen_by_setup() {
  const auto host = host_platform();
  const auto file = user_cache_folder() /
                    ("torch-" + libtorch_wanted() + "." + std::to_string(host.torch_patch)) /
                    "dependencies.cmake";
  std::smatch found;
  const auto text = text_of(file);
  return std::regex_search(text, found, std::regex(R"(SSLHOST_SETUP_TORCH "([^"]+)\")"))
             ? found[1].str()
             : "";
}

/// Costs the start of Python, which is why it comes last.
fs::path torch_of_python() {
  const auto python = run_child(
      "/usr/bin/env",
      {python_of(program_folder()), "-c",
       "import importlib.util as u\ns = u.find_spec('torch')\n"
       "print(s.submodule_search_locations[0] if s and s.submodule_search_locations else '')"},
      std::chrono::seconds(20));
  return python.output.substr(0, python.output.find('\n'));
}

}  // namespace

std::string libtorch_wanted() {
  const auto host = host_platform();
  return std::to_string(host.torch_major) + "." + std::to_string(host.torch_minor);
}

LibTorch find_libtorch(const fs::path& worker) {
  if (const auto folder = above(folders_of(variable(kLibraryPath))))
    return {*folder, version_of(*folder), kLibraryPath, {}};
  if (const auto folder = above(run_path(worker)))
    return {*folder, version_of(*folder), "the run path of sslhost-worker", {}};

  LibTorch result;
  const auto fits = [&](const fs::path& folder, const std::string& origin) {
    if (folder.empty()) return false;
    const auto version = version_of(folder);
    const auto wrong = is_file(folder / "lib" / kLibrary) ? why_not(version)
                                                          : " has no lib/" + std::string(kLibrary);
    if (wrong.empty()) {
      result = {folder, version, origin, {}};
      return true;
    }
    result.refused.push_back(origin + ": " + folder.string() + wrong);
    return false;
  };
  static_cast<void>(fits(variable("LIBTORCH"), "LIBTORCH") ||
                    fits(chosen_by_setup(), "scripts/setup") ||
                    fits(torch_of_python(), "the package torch of python3"));
  return result;
}

void settle_libtorch(const fs::path& worker) {
  static bool settled = false;
  if (std::exchange(settled, true)) return;
  const auto found = find_libtorch(worker);
  if (found.folder.empty() || found.origin.starts_with("the run path") ||
      found.origin == kLibraryPath)
    return;
  // CUDA's libraries lie beside it; those that it loads itself it finds by its own run path.
  auto folders = (found.folder / "lib").string() + ":" +
                 (found.folder.parent_path() / "nvidia/cu13/lib").string();
  if (const auto before = variable(kLibraryPath); !before.empty())
    folders += ":" + before;
  else
    settled_path = folders;
  setenv(kLibraryPath, folders.c_str(), 1);
}

bool library_path_is_settled() {
  return !settled_path.empty() && variable(kLibraryPath) == settled_path;
}

}  // namespace sslhost::host
