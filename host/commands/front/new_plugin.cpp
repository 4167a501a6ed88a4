// SPDX-License-Identifier: Apache-2.0
// sslhost new-plugin NAME: a folder that builds, tests itself and trains as it is.

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <vector>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/commands/front/templates.hpp"
#include "host/discovery/compatibility.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

/// As sslhost_add_plugin() wants it, and CMake a target: no other may have it in a build with ours.
void check_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  const bool fits = !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
                    std::all_of(name.begin(), name.end(), allowed);
  if (!fits)
    throw Error(ExitCode::usage, {"new-plugin", "a name of small letters, digits, - and _",
                                  "'" + name + "'", "sslhost new-plugin my-method"});
}

/// my-method: MyMethod.
std::string class_name(const std::string& name) {
  std::string text;
  bool capital = true;
  for (const char c : name) {
    if (c == '-' || c == '_') {
      capital = true;
      continue;
    }
    text += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    capital = false;
  }
  return text;
}

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size())
    text.replace(at, what.size(), by);
}

/// Where the installation is that CMake is to find; empty in a build folder.
fs::path installation() {
  const auto prefix = program_folder().parent_path();
  std::error_code ignored;
  return fs::exists(prefix / "lib/cmake/sslhost/sslhostConfig.cmake", ignored) ? prefix
                                                                               : fs::path();
}

std::string configure_command(const std::string& prefix) {
  return "cmake -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=" + prefix;
}

/// The folder must be new or empty: nothing of a user is written over.
void make_empty(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw Error(ExitCode::storage, {folder.string(), "a folder for the plugin", error.message(),
                                    "name another one with --out"});
  if (!fs::is_empty(folder, error))
    throw Error(ExitCode::usage, {folder.string(), "a new or an empty folder", "files in it",
                                  "name another one with --out"});
}

/// Of templates/.
std::vector<std::string_view> folders_of(const CommandLine& line) {
  if (line.has("dataset") && line.has("stable"))
    throw Error(ExitCode::usage, {"new-plugin --dataset", "no --stable beside it", "--stable",
                                  "leave one out: the stable tier has methods alone"});
  if (line.has("dataset")) return {"dataset"};
  return {"method", line.has("stable") ? "method-stable" : "method-sdk"};
}

}  // namespace

int new_plugin_command(const CommandLine& line) {
  if (line.operands.size() != 1)
    throw Error(ExitCode::usage,
                {"new-plugin", "one name", std::to_string(line.operands.size()) + " words",
                 "sslhost new-plugin my-method"});
  const auto& name = line.operands.front();
  check_name(name);
  const auto parts = folders_of(line);
  const fs::path folder = line.has("out") ? line.value("out") : name;
  const auto prefix = installation();
  const auto host = host_platform();
  make_empty(folder);
  for (const auto& [path, content] : templates(parts)) {
    std::string place(path), text(content);
    for (auto* t : {&place, &text}) {
      replace_all(*t, "@NAME@", name);
      replace_all(*t, "@CLASS@", class_name(name));
      replace_all(*t, "@VERSION@", SSLHOST_VERSION);
      replace_all(*t, "@SDK@",
                  std::to_string(host.sdk_major) + "." + std::to_string(host.sdk_minor));
      replace_all(*t, "@CONFIGURE@", configure_command("SSLHOST"));
    }
    const auto file = folder / place;
    fs::create_directories(file.parent_path());
    write_atomic(file, std::string_view(text));
  }
  std::printf(
      "%s is written. Next, in that folder:\n\n  %s\n  cmake --build build\n"
      "  ctest --test-dir build --output-on-failure\n",
      folder.c_str(),
      configure_command(prefix.empty() ? "SSLHOST" : shell_word(prefix.string())).c_str());
  if (prefix.empty())
    std::printf(
        "\nSSLHOST: an installation of sslhost, as `cmake --install build/release --prefix "
        "SSLHOST`\nor scripts/package makes it; these programs lie in a build folder.\n");
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
