// SPDX-License-Identifier: Apache-2.0
#include "tests/reliability/disk.hpp"

#include <sys/stat.h>

#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {

namespace fs = std::filesystem;

namespace {

/// As it would be after the crash, from what is durable of it and what is there now.
std::string bytes_after(Crash crash, const std::string& durable, const std::string& now) {
  switch (crash) {
    case Crash::kill:
    case Crash::data:
      return now;
    case Crash::strict:
    case Crash::names:
      return durable;
    case Crash::zeros:
      return now.size() <= durable.size()
                 ? now
                 : durable + std::string(now.size() - durable.size(), '\0');
    case Crash::torn:
      return now.size() <= durable.size() ? now : now.substr(0, (durable.size() + now.size()) / 2);
  }
  return {};
}

}  // namespace

const char* to_text(Crash crash) {
  constexpr const char* kNames[] = {"kill", "strict", "names", "zeros", "torn", "data"};
  return kNames[static_cast<int>(crash)];
}

Disk::Disk(fs::path root) : root_(std::move(root)) {
  make_durable(root_);
  for (const auto& entry : fs::recursive_directory_iterator(root_)) make_durable(entry.path());
}

Disk::Id Disk::id_of(const fs::path& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return 0;
  auto& id = ids_[{status.st_dev, status.st_ino}];
  if (id == 0) {
    id = ++last_;
    auto& node = nodes_[id];
    node.kind = S_ISDIR(status.st_mode)   ? Entry::Kind::folder
                : S_ISLNK(status.st_mode) ? Entry::Kind::link
                                          : Entry::Kind::file;
    if (node.kind == Entry::Kind::link) node.durable = fs::read_symlink(path);
  }
  return id;
}

std::map<std::string, Disk::Id> Disk::names_now(const fs::path& folder) {
  std::map<std::string, Id> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names[entry.path().filename()] = id_of(entry.path());
  return names;
}

void Disk::made(const fs::path& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return;
  ids_.erase({status.st_dev, status.st_ino});
  id_of(path);
}

void Disk::make_durable(const fs::path& path) {
  const Id id = id_of(path);
  if (id == 0) return;
  auto& node = nodes_[id];
  if (node.kind == Entry::Kind::folder) node.durable_names = names_now(path);
  if (node.kind == Entry::Kind::file) node.durable = read_text(path);
}

void Disk::synced(const fs::path& path) { make_durable(path); }

void Disk::find_all(const fs::path& folder, std::map<Id, fs::path>& paths) {
  for (const auto& [name, id] : names_now(folder)) {
    paths[id] = folder / name;
    if (nodes_[id].kind == Entry::Kind::folder) find_all(folder / name, paths);
  }
}

void Disk::add(Tree& tree, const std::string& path, Id id, Crash crash,
               const std::map<Id, fs::path>& now) {
  const auto& node = nodes_[id];
  const auto place = now.find(id);
  const bool is_there = place != now.end();  // or its name was removed
  if (node.kind == Entry::Kind::link) {
    tree[path] = {node.kind, node.durable};
  } else if (node.kind == Entry::Kind::file) {
    tree[path] = {node.kind, is_there ? bytes_after(crash, node.durable, read_text(place->second))
                                      : node.durable};
  } else {
    if (!path.empty()) tree[path] = {node.kind, {}};
    const bool durable_names = crash == Crash::strict || crash == Crash::data || !is_there;
    for (const auto& [name, inner] : durable_names ? node.durable_names : names_now(place->second))
      add(tree, path.empty() ? name : path + "/" + name, inner, crash, now);
  }
}

Disk::Tree Disk::after(Crash crash) {
  std::map<Id, fs::path> now = {{id_of(root_), root_}};
  find_all(root_, now);
  Tree tree;
  add(tree, "", id_of(root_), crash, now);
  return tree;
}

void write_tree(const fs::path& folder, const Disk::Tree& tree) {
  using Kind = Disk::Entry::Kind;
  fs::create_directories(folder);
  for (const auto& [path, entry] : tree) {
    if (entry.kind == Kind::folder) fs::create_directory(folder / path);
    if (entry.kind == Kind::file) write_text(folder / path, entry.bytes);
    if (entry.kind == Kind::link) fs::create_symlink(entry.bytes, folder / path);
  }
}

}  // namespace sslhost::testing
