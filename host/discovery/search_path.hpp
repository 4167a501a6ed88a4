// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where plugins are looked for, in order: --plugin-file, --plugin-dir, SSLHOST_PLUGIN_PATH, the
// user's folder, the install folder; never the working folder. A recipe `vat/digits` is the file
// recipes/vat/digits.toml in one of those folders.

#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::host {

/// The two flags, each as often as given.
struct PluginFlags {
  std::vector<std::filesystem::path> files = {};
  std::vector<std::filesystem::path> folders = {};
};

struct SearchPath {
  struct Folder {
    std::filesystem::path path;
    std::string origin;  ///< "--plugin-dir", "SSLHOST_PLUGIN_PATH", "user folder", "install folder"
    bool exists;
  };
  std::vector<std::filesystem::path> files = {};  ///< of --plugin-file; absolute, they exist
  std::vector<Folder> folders = {};
  std::filesystem::path worker = {};  ///< the program that probes; empty: no probes are made
};

/// Throws Error (usage) for a flag that names nothing, and for a relative folder in
/// SSLHOST_PLUGIN_PATH.
SearchPath make_search_path(const PluginFlags& flags);

/// The folders searched, one a line, for messages.
std::string to_text(const SearchPath& search);

/// The flags that lead to the same plugins, as a shell takes them, each with a blank before it.
std::string flags_text(const SearchPath& search);

/// The recipes/ folders that exist, in search order.
std::vector<std::filesystem::path> recipe_folders(const SearchPath& search);
/// The names of all recipes there, sorted: "vat/digits".
std::vector<std::string> recipe_names(const SearchPath& search);
/// The file of a recipe name. A name that ends with ".toml" is a file already and only has to
/// exist. Throws Error (usage) with the nearest names.
std::filesystem::path find_recipe(const std::string& name, const SearchPath& search);

}  // namespace sslhost::host
