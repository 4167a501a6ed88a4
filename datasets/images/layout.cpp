// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/layout.hpp"

#include <system_error>

#include "sslhost/error.hpp"
#include "sslhost/what_is_at.hpp"

#include "datasets/images/draft.hpp"
#include "datasets/images/folder_layouts.hpp"
#include "datasets/images/label_table.hpp"
#include "datasets/images/table_layout.hpp"
#include "datasets/images/text.hpp"
#include "datasets/images/tree.hpp"

namespace sslhost::images {

namespace {

namespace fs = std::filesystem;

void check_folder(const fs::path& folder) {
  if (folder.empty())
    throw Error(ExitCode::usage,
                {"--data", "the folder with the photos", "nothing", "pass --data FOLDER"});
  if (const auto found = what_is_at(folder.string()); found != "a folder")
    throw Error(ExitCode::data, {folder.string(), "a folder with photos", found,
                                 "check the path given with --data"});
}

/// Empty where there is none. Only a regular file is opened later: a pipe would wait for ever.
fs::path find_table(const fs::path& folder, const fs::path& given) {
  std::error_code ignored;
  if (!given.empty()) {
    if (fs::is_regular_file(given, ignored)) return given;
    throw Error(ExitCode::usage,
                {"--labels-file", "a table with path,label",
                 in_quotes(given.string()) + ", which is " + what_is_at(given.string()),
                 "check the path; it does not begin in the photos' folder by itself"});
  }
  const fs::path csv = folder / "labels.csv", tsv = folder / "labels.tsv";
  const bool has_csv = fs::is_regular_file(csv, ignored);
  const bool has_tsv = fs::is_regular_file(tsv, ignored);
  if (has_csv && has_tsv)
    throw Error(ExitCode::data,
                {folder.string(), "one table of labels", "labels.csv and labels.tsv",
                 "take one of them out, or name the one to read with --labels-file"});
  return has_csv ? csv : has_tsv ? tsv : fs::path();
}

[[noreturn]] void fail_without_images(const Tree& tree) {
  const auto& passed = tree.passed_over;
  std::string found = "an empty folder";
  if (!passed.empty())
    found = "no image; passed over: " + in_quotes(passed.front().name) + " (" +
            passed.front().reason + ")";
  if (passed.size() > 1)
    found += " and " + grouped(static_cast<int64_t>(passed.size() - 1)) + " more";
  if (passed.empty() && !tree.top.folders.empty()) found = "empty folders";
  throw Error(ExitCode::data,
              {tree.path.string(), "pictures in a folder a class, or labels.csv", found,
               "check that this is the folder of the photos, such as PHOTOS of PHOTOS/cat/1.jpg "
               "and PHOTOS/dog/1.jpg"});
}

}  // namespace

Listing list_folder(const fs::path& folder, const FolderOptions& options) {
  check_folder(folder);
  const fs::path table = find_table(folder, options.labels_file);
  Tree tree = read_tree(folder);
  if (table.empty() && tree.top.count() == 0) fail_without_images(tree);
  auto draft = table.empty() ? draft_by_folders(tree, options.for_prediction)
                             : draft_by_table(tree, read_label_table(table), table);
  return listing_of(std::move(draft), options.for_prediction);
}

}  // namespace sslhost::images
