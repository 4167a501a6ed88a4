// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/search_path.hpp"

#include <cstdlib>
#include <set>
#include <sstream>

#include "sslhost/error.hpp"
#include "sslhost/options.hpp"

#include "host/discovery/user_folders.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/joined.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(std::string where, std::string expected, std::string found,
                         std::string next) {
  throw Error(ExitCode::usage,
              {std::move(where), std::move(expected), std::move(found), std::move(next)});
}

void add_folder(SearchPath& search, const fs::path& path, const char* origin) {
  std::error_code ignored;
  const auto clean = (path / "").lexically_normal().parent_path();
  for (const auto& known : search.folders)
    if (known.path == clean) return;
  search.folders.push_back({clean, origin, fs::is_directory(clean, ignored)});
}

void add_flags(SearchPath& search, const PluginFlags& flags) {
  std::error_code ignored;
  for (const auto& file : flags.files) {
    if (!fs::exists(file, ignored))
      refuse("--plugin-file " + file.string(), "a plugin (.so)", "no such file", "check the path");
    search.files.push_back(fs::absolute(file).lexically_normal());
  }
  for (const auto& folder : flags.folders) {
    if (!fs::is_directory(folder, ignored))
      refuse("--plugin-dir " + folder.string(), "a folder with plugins (.so)",
             fs::exists(folder, ignored) ? "not a folder" : "no such folder",
             "check the path; a single file is named with --plugin-file");
    add_folder(search, fs::absolute(folder), "--plugin-dir");
  }
}

void add_environment(SearchPath& search) {
  const char* variable = std::getenv("SSLHOST_PLUGIN_PATH");
  std::istringstream entries(variable == nullptr ? "" : variable);
  for (std::string entry; std::getline(entries, entry, ':');) {
    if (entry.empty()) continue;  // elsewhere that would mean the working folder
    if (!fs::path(entry).is_absolute())
      refuse("SSLHOST_PLUGIN_PATH", "absolute folders, with ':' between them", "'" + entry + "'",
             "write it as an absolute path, or use --plugin-dir");
    add_folder(search, entry, "SSLHOST_PLUGIN_PATH");
  }
}

}  // namespace

SearchPath make_search_path(const PluginFlags& flags) {
  SearchPath search;
  add_flags(search, flags);
  add_environment(search);
  if (const auto data = user_data_folder(); !data.empty())
    add_folder(search, data / "plugins", "user folder");
  const auto programs = program_folder();
  add_folder(search, programs.parent_path() / "lib" / "sslhost" / "plugins", "install folder");
  std::error_code ignored;
  if (fs::exists(programs / "sslhost-worker", ignored)) search.worker = programs / "sslhost-worker";
  return search;
}

std::string to_text(const SearchPath& search) {
  std::string text;
  for (const auto& file : search.files) text += file.string() + " (--plugin-file)\n";
  for (const auto& folder : search.folders)
    text += folder.path.string() + " (" + folder.origin +
            (folder.exists ? ")\n" : ", does not exist)\n");
  if (!text.empty()) text.pop_back();
  return text;
}

std::string flags_text(const SearchPath& search) {
  std::string text;
  for (const auto& file : search.files) text += " --plugin-file " + shell_word(file.string());
  for (const auto& place : search.folders)
    if (place.origin == "--plugin-dir") text += " --plugin-dir " + shell_word(place.path.string());
  return text;
}

std::vector<fs::path> recipe_folders(const SearchPath& search) {
  std::vector<fs::path> found;
  const auto add = [&](const fs::path& folder) {
    std::error_code ignored;
    if (fs::is_directory(folder / "recipes", ignored)) found.push_back(folder / "recipes");
  };
  for (const auto& file : search.files) add(file.parent_path());
  for (const auto& folder : search.folders) add(folder.path);
  return found;
}

std::vector<std::string> recipe_names(const SearchPath& search) {
  std::set<std::string> names;
  std::error_code ignored;
  for (const auto& folder : recipe_folders(search))
    for (const auto& entry : fs::recursive_directory_iterator(folder, ignored))
      if (entry.path().extension() == ".toml")
        names.insert(entry.path().lexically_relative(folder).replace_extension().string());
  return {names.begin(), names.end()};
}

fs::path find_recipe(const std::string& name, const SearchPath& search) {
  std::error_code ignored;
  const std::string where = "--recipe " + name;
  if (name.ends_with(".toml")) {
    if (fs::is_regular_file(name, ignored)) return fs::absolute(name);
    refuse(where, "a recipe file", "no such file",
           "check the path, or use a name such as vat/digits");
  }
  const auto names = recipe_names(search);
  for (const auto& known : names) {
    if (known != name) continue;
    for (const auto& folder : recipe_folders(search))
      if (const auto file = folder / (name + ".toml"); fs::is_regular_file(file, ignored))
        return file;
  }
  refuse(where,
         names.empty() ? "a recipe in one of\n" + to_text(search) : "one of " + joined(names, ", "),
         "'" + name + "'" + did_you_mean(name, names), "a recipe of your own: --recipe FILE.toml");
}

}  // namespace sslhost::host
