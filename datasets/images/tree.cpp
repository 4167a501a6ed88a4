// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/tree.hpp"

#include <algorithm>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "sslhost/error.hpp"

#include "datasets/images/candidates.hpp"
#include "datasets/images/natural_order.hpp"
#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

namespace fs = std::filesystem;

/// A folder to read: as errors and entries name it, and as it is called without links, which tells
/// whether it was read before.
struct Place {
  fs::path path;
  std::string real_path, name;  ///< name: below the top, empty or with '/' at its end
  bool linked = false;
};

struct Link {
  Place place;
  Folder* parent;
  std::string own_name;
};

constexpr const char* kOwnFiles = ".sslhost";         // such as the journal of `sslhost label`
constexpr const char* kLockOfARun = ".sslhost.lock";  // host/run/folder_lock.hpp

[[noreturn]] void fail_to_read(const fs::path& folder, const std::error_code& code) {
  throw Error(ExitCode::data,
              {folder.string(), "a folder that can be read", code.message(),
               "give yourself the right to read it, or move it out of the photos' folder"});
}

std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::directory_entry> entries;
  fs::directory_iterator at(folder, code);
  for (; !code && at != fs::directory_iterator(); at.increment(code)) entries.push_back(*at);
  if (code) fail_to_read(folder, code);
  return entries;
}

/// The entries' own names in UTF-8, no two the same.
std::vector<std::string> names_of(const std::vector<fs::directory_entry>& entries) {
  std::vector<std::string> names;
  std::vector<size_t> bad;
  for (const auto& entry : entries) {
    names.push_back(entry.path().filename().string());
    if (!is_utf8(names.back())) bad.push_back(names.size() - 1);
  }
  if (bad.empty()) return names;
  std::unordered_set<std::string> taken;
  for (const auto& name : names)
    if (is_utf8(name)) taken.insert(name);
  for (const size_t i : bad) {
    names[i] = percent_encoded(names[i]);
    // No other name with such bytes ends in a bare '%', so the order of the entries does not
    // matter.
    while (taken.contains(names[i])) names[i] += '%';
  }
  return names;
}

class Walker {
 public:
  explicit Walker(Tree& tree) : tree_(tree) {}

  void walk_all() {
    read({tree_.path, tree_.real_path.string(), ""}, tree_.top);
    while (!links_.empty()) follow(std::exchange(links_, {}));
  }

 private:
  void read(const Place& place, Folder& folder) {
    seen_.insert(place.real_path);
    const auto entries = entries_of(place.path);
    const auto names = names_of(entries);
    for (size_t i = 0; i < entries.size(); ++i) add(entries[i], names[i], place, folder);
  }

  void add(const fs::directory_entry& entry, const std::string& own_name, const Place& place,
           Folder& folder) {
    if (own_name.starts_with(kOwnFiles)) return;
    std::error_code code;
    std::string name = place.name + own_name;
    // The directory itself tells the type on most file systems; only links cost a look at the file.
    const bool link = entry.is_symlink(code);
    const auto type = link ? fs::status(entry.path(), code).type() : entry.status(code).type();
    if (type == fs::file_type::directory) {
      add_folder(entry, own_name, place, folder, link);
    } else if (type == fs::file_type::regular) {
      if (auto reason = why_no_image(own_name); !reason.empty())
        pass_over(std::move(name), std::move(reason));
      else
        folder.files.push_back({entry.path(), std::move(name), link || place.linked});
    } else {
      const bool lost = link && (code || type == fs::file_type::not_found);
      pass_over(std::move(name), lost ? "a link that leads nowhere" : "not a regular file");
    }
  }

  void add_folder(const fs::directory_entry& entry, const std::string& own_name, const Place& place,
                  Folder& folder, bool link) {
    std::string name = place.name + own_name;
    if (auto reason = why_no_folder(own_name); !reason.empty())
      return pass_over(std::move(name), std::move(reason));
    if (is_run(entry.path())) {
      ++runs_;
      return pass_over(std::move(name), "a run of sslhost");
    }
    Place next = {entry.path(), {}, name + "/", link || place.linked};
    if (link) {
      std::error_code code;
      const auto target = fs::canonical(entry.path(), code);
      if (code) fail_to_read(entry.path(), code);
      if (is_within(place.real_path, target) || is_within(tree_.real_path, target))
        return pass_over(std::move(name), "a link to a folder around it");
      next.real_path = target.string();
      links_.push_back({std::move(next), &folder, own_name});
      return;
    }
    next.real_path = (fs::path(place.real_path) / entry.path().filename()).string();
    if (seen_.contains(next.real_path))
      return pass_over(std::move(name), "a folder that a link led to before");
    read_below(next, own_name, folder);
  }

  void read_below(const Place& place, const std::string& own_name, Folder& folder) {
    const auto runs_before = runs_;
    const auto links_before = links_.size();
    auto& below = folder.folders.emplace_back(Folder{own_name});
    read(place, below);
    const bool runs_alone = runs_ != runs_before && links_.size() == links_before &&
                            below.files.empty() && below.folders.empty();
    if (runs_alone) folder.folders.pop_back();
  }

  void follow(std::vector<Link> links) {
    std::ranges::sort(links, natural_less, [](const Link& link) { return link.place.name; });
    for (auto& [place, parent, own_name] : links) {
      if (seen_.contains(place.real_path))
        pass_over(place.name.substr(0, place.name.size() - 1),
                  "a link to a folder that is listed already");
      else
        read_below(place, own_name, *parent);
    }
  }

  void pass_over(std::string name, std::string reason) {
    tree_.passed_over.push_back({std::move(name), std::move(reason)});
  }

  Tree& tree_;
  int64_t runs_ = 0;  ///< seen
  std::vector<Link> links_;
  std::unordered_set<std::string> seen_;
};

/// What a directory's own order is, nobody shall notice, not even in messages.
void sort(Folder& folder) {
  std::ranges::sort(folder.files, natural_less, &File::name);
  folder.folders.sort(
      [](const Folder& a, const Folder& b) { return natural_less(a.name, b.name); });
  for (auto& below : folder.folders) sort(below);
}

}  // namespace

int64_t Folder::count() const {
  auto number = static_cast<int64_t>(files.size());
  for (const auto& folder : folders) number += folder.count();
  return number;
}

Tree read_tree(const fs::path& folder) {
  Tree tree;
  std::error_code code;
  tree.path = folder;
  tree.real_path = fs::canonical(folder, code);
  if (code) fail_to_read(folder, code);
  Walker(tree).walk_all();
  sort(tree.top);
  std::ranges::sort(tree.passed_over, natural_less, &Passed::name);
  return tree;
}

bool is_run(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / kLockOfARun, ignored);
}

bool is_within(const fs::path& path, const fs::path& folder) {
  const std::string &inner = path.native(), &outer = folder.native();
  if (!inner.starts_with(outer)) return false;
  return inner.size() == outer.size() || outer.ends_with('/') || inner[outer.size()] == '/';
}

}  // namespace sslhost::images
