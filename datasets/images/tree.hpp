// SPDX-License-Identifier: Apache-2.0
#pragma once

// All files below a folder that may be images, read once.

#include <cstdint>
#include <filesystem>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/images/layout.hpp"

namespace sslhost::images {

struct File {
  std::filesystem::path path;
  std::string name;     ///< Entry::name
  bool linked = false;  ///< a link, or below one: it may lie outside the folder
};

struct Folder {
  std::string name;              ///< its own, without those above
  std::vector<File> files = {};  // natural order
  std::list<Folder> folders = {};

  int64_t count() const;  ///< files, with those of all folders below

  template <class F>
  void for_each(const F& f) const {
    for (const auto& file : files) f(file);
    for (const auto& folder : folders) folder.for_each(f);
  }
};

struct Tree {
  std::filesystem::path path, real_path;  ///< as it was given; without links
  Folder top;
  std::list<File> named = {};  ///< by a table of labels alone
  std::vector<Passed> passed_over;
};

/// Links to files are followed wherever they lead; links to folders too, after all real folders,
/// but no folder is listed twice, nor one that is above the link or the whole tree: so loops end,
/// and the result depends neither on the order of the directory nor on that of the links. Bytes of
/// a name that are not UTF-8 are written "%FF" (and '%' in such a name "%25"; a name that is taken
/// gets "%" behind it). Throws Error (data), as for a folder that cannot be read.
Tree read_tree(const std::filesystem::path& folder);

/// Who trains inside the folder of the photos has runs in it from then on.
bool is_run(const std::filesystem::path& folder);

/// Whether `path` is `folder` or below it; both without links.
bool is_within(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace sslhost::images
