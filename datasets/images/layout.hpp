// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a folder of photos means: which images it holds, which class each has, and what each is for.
// Nothing is decoded. The first of these that fits is taken:
//
// 1. A table of labels (label_table.hpp): `labels_file`, or labels.csv or labels.tsv at the top. It
//    may name any file below the folder; images that it does not name are unlabeled.
// 2. train/, and val/ and test/ beside it, each filled as in 3 or 4, and unlabeled/ beside or in
//    them (but what is in test/ stays there: test/unlabeled/ holds test samples without labels).
//    Also training/, testing/, valid/, validation/, in small or capital letters. Images of val/ are
//    more training samples, since a run draws its own validation part.
// 3. A folder a class, with all that is below it; unlabeled/ beside them and images beside them
//    have no label.
// 4. The class in the file name (name_classes.hpp), where there are no folders but unlabeled/.
//
// Names that no image has are passed over (candidates.hpp), as is what is no regular file; see
// tree.hpp for links, and for names that are not UTF-8.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sslhost::images {

struct FolderOptions {
  std::filesystem::path labels_file = {};  ///< empty: none
  /// No labels are needed then: everything is listed, with labels where they are known.
  bool for_prediction = false;
};

struct Entry {
  std::filesystem::path file;
  std::string name;    ///< the path below the folder, UTF-8, with '/'; no two have the same
  int64_t label = -1;  ///< into Listing::classes; -1: none
};

struct Passed {
  std::string name, reason;
};

struct Listing {
  std::vector<std::string> classes;  ///< natural order, as all below
  std::vector<Entry> train;          ///< all with a label
  std::vector<Entry> test;           ///< with or without
  std::vector<Entry> unlabeled;      ///< all without
  std::vector<Passed> passed_over;
  std::vector<std::string> warnings;
  std::string said;  ///< "a folder a class, 2 classes: 4,000 labeled images; unlabeled: 300 more"
};

/// Throws Error: usage for a labels_file that is no file, data for what is in the folder.
Listing list_folder(const std::filesystem::path& folder, const FolderOptions& options = {});

}  // namespace sslhost::images
