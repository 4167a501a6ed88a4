// SPDX-License-Identifier: Apache-2.0
#include "datasets/table/source.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "sslhost/error.hpp"

#include "datasets/delimited/text.hpp"
#include "datasets/table/npy_header.hpp"

namespace sslhost::table {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLockOfARun = ".sslhost.lock";  // host/run/folder_lock.hpp

/// The first of these that is a file in the folder; empty where there is none.
fs::path first_file(const fs::path& folder, std::initializer_list<const char*> names) {
  std::error_code ignored;
  for (const char* name : names)
    if (fs::is_regular_file(folder / name, ignored)) return folder / name;
  return {};
}

std::optional<Source> in_folder(const fs::path& folder) {
  const auto file = [&](auto... names) { return first_file(folder, {names...}); };
  if (const auto train = file("train.csv", "train.tsv"); !train.empty())
    return TableFiles{.train = train,
                      .test = file("test.csv", "test.tsv"),
                      .unlabeled = file("unlabeled.csv", "unlabeled.tsv")};
  if (const auto train = file("X_train.npy", "x_train.npy"); !train.empty())
    return ArrayFiles{.train = train,
                      .train_labels = file("y_train.npy"),
                      .test = file("X_test.npy", "x_test.npy"),
                      .test_labels = file("y_test.npy"),
                      .unlabeled = file("X_unlabeled.npy", "x_unlabeled.npy")};
  if (const auto train = file("features.npy"); !train.empty())
    return ArrayFiles{.train = train,
                      .train_labels = file("labels.csv", "labels.tsv", "labels.npy")};
  return std::nullopt;
}

bool is_array(const fs::path& file) {
  std::array<uint8_t, 16> bytes = {};
  std::ifstream in(file, std::ios::binary);
  in.read(reinterpret_cast<char*>(bytes.data()), bytes.size());
  return is_npy(std::span(bytes).first(static_cast<size_t>(in.gcount())));
}

/// Names of files that no picture has, so that a folder of pictures with a table stays one.
bool is_no_picture(const fs::path& file) {
  constexpr std::string_view kExtensions[] = {".csv", ".tsv",  ".npy",  ".txt", ".md",    ".json",
                                              ".py",  ".toml", ".yaml", ".yml", ".ipynb", ".log"};
  const auto name = file.filename().string();
  const auto extension = delimited::lower(file.extension().string());
  return name.starts_with('.') || name == "LICENSE" || name == "LICENCE" || name == "README" ||
         std::ranges::find(kExtensions, extension) != std::end(kExtensions);
}

/// Hidden, or with runs of sslhost alone: one, or a folder of them.
bool holds_no_data(const fs::path& folder) {
  std::error_code code;
  if (folder.filename().string().starts_with('.') || fs::exists(folder / kLockOfARun, code))
    return true;
  fs::directory_iterator entry(folder, code);
  for (; !code && entry != fs::end(entry); entry.increment(code))
    if (!fs::exists(entry->path() / kLockOfARun, code)) return false;
  return !code;
}

bool is_folder_without_pictures(const fs::path& folder) {
  constexpr int kMostEntries = 2000;
  std::error_code code;
  fs::directory_iterator entry(folder, code);
  for (int seen = 0; !code && entry != fs::end(entry); entry.increment(code)) {
    if (++seen > kMostEntries) return false;
    const bool fits =
        entry->is_directory(code) ? holds_no_data(entry->path()) : is_no_picture(entry->path());
    if (!fits) return false;
  }
  return !code;
}

}  // namespace

Source source_of(const fs::path& path) {
  std::error_code code;
  if (!fs::is_directory(path, code)) {
    if (is_array(path)) return ArrayFiles{.train = path};
    return TableFiles{.train = path};
  }
  if (const auto source = in_folder(path)) return *source;
  throw Error(ExitCode::data,
              {path.string(), "train.csv or train.tsv, X_train.npy, or features.npy",
               "none of them", "rename the files, or name one of them with --data"});
}

bool is_source(const fs::path& path) {
  std::error_code code;
  if (fs::is_directory(path, code)) return in_folder(path) && is_folder_without_pictures(path);
  if (!fs::is_regular_file(path, code)) return false;
  const auto extension = delimited::lower(path.extension().string());
  return extension == ".csv" || extension == ".tsv" || (extension == ".npy" && is_array(path));
}

}  // namespace sslhost::table
