// SPDX-License-Identifier: Apache-2.0
#pragma once

// What of a folder survives a crash. The model: fsync of a file makes its bytes durable, fsync of
// a folder the names in it; whatever else happened since may be there or not.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace sslhost::testing {

enum class Crash {
  kill,    ///< of the process alone: everything is there
  strict,  ///< only what was made durable
  names,   ///< all names, and of the bytes those that were made durable
  zeros,   ///< the same, but files have their lengths: zeros behind the durable bytes
  torn,    ///< the same, with half of the bytes that were not made durable
  data,    ///< all bytes, under those names that were made durable
};
constexpr Crash kCrashes[] = {Crash::kill,  Crash::strict, Crash::names,
                              Crash::zeros, Crash::torn,   Crash::data};
const char* to_text(Crash crash);

class Disk {
 public:
  struct Entry {
    enum class Kind { file, folder, link } kind;
    std::string bytes;  ///< of a file, or what a link leads to
    auto operator<=>(const Entry&) const = default;
  };
  /// By paths within the folder; folders come before what is in them.
  using Tree = std::map<std::string, Entry>;

  /// All there is now is durable.
  explicit Disk(std::filesystem::path root);

  /// Something new has this name: its number may be one that a removed file had.
  void made(const std::filesystem::path& path);
  /// fsync of a file or folder.
  void synced(const std::filesystem::path& path);
  Tree after(Crash crash);

 private:
  using Id = int;
  struct Node {
    Entry::Kind kind = Entry::Kind::file;
    std::string durable;  ///< bytes of a file or link
    std::map<std::string, Id> durable_names;
  };

  Id id_of(const std::filesystem::path& path);
  std::map<std::string, Id> names_now(const std::filesystem::path& folder);
  void make_durable(const std::filesystem::path& path);
  /// Where each file that has a name is now.
  void find_all(const std::filesystem::path& folder, std::map<Id, std::filesystem::path>& paths);
  void add(Tree& tree, const std::string& path, Id id, Crash crash,
           const std::map<Id, std::filesystem::path>& now);

  std::filesystem::path root_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Id> ids_;  // by device and inode
  std::map<Id, Node> nodes_;
  Id last_ = 0;
};

/// Makes the folder and what is in it.
void write_tree(const std::filesystem::path& folder, const Disk::Tree& tree);

}  // namespace sslhost::testing
