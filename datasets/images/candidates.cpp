// SPDX-License-Identifier: Apache-2.0
#include "datasets/images/candidates.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "datasets/images/text.hpp"

namespace sslhost::images {

namespace {

// In order, for the search. No format of pictures, not even one that nothing here decodes: who has
// such files shall be told so for each.
constexpr std::string_view kOtherExtensions[] = {
    "7z",   "arrow",       "avi",  "bak",    "bat",  "bin",  "bz2",  "c",       "cfg",  "conf",
    "cpp",  "css",         "csv",  "db",     "dll",  "doc",  "docx", "exe",     "flac", "gz",
    "h",    "h5",          "hdf5", "hpp",    "htm",  "html", "ini",  "ipynb",   "iso",  "js",
    "json", "jsonl",       "lnk",  "log",    "m4a",  "m4v",  "mat",  "md",      "mkv",  "mov",
    "mp3",  "mp4",         "mpeg", "mpg",    "npy",  "npz",  "ods",  "odt",     "ogg",  "parquet",
    "pdf",  "pickle",      "pkl",  "ppt",    "pptx", "pt",   "pth",  "py",      "rar",  "rst",
    "rtf",  "safetensors", "sh",   "sqlite", "tar",  "tgz",  "toml", "torrent", "tsv",  "txt",
    "url",  "wav",         "webm", "wmv",    "xls",  "xlsx", "xml",  "xz",      "yaml", "yml",
    "zip",  "zst"};
static_assert(std::ranges::is_sorted(kOtherExtensions));

constexpr std::array<std::string_view, 3> kSystemFiles = {"desktop.ini", "ehthumbs.db",
                                                          "thumbs.db"};
// Thumbnails and remains that file systems and network disks make by themselves.
constexpr std::array<std::string_view, 4> kSystemFolders = {"$recycle.bin", "@eadir", "lost+found",
                                                            "system volume information"};

}  // namespace

std::string why_no_image(std::string_view name) {
  if (name.starts_with('.')) return "hidden";
  const std::string small = lower(name);
  if (std::ranges::find(kSystemFiles, small) != kSystemFiles.end()) return "left by the system";
  const size_t dot = small.rfind('.');
  if (dot == std::string::npos) return {};
  const auto extension = std::string_view(small).substr(dot + 1);
  if (!std::ranges::binary_search(kOtherExtensions, extension)) return {};
  return "a file of another kind (." + std::string(extension) + ")";
}

std::string why_no_folder(std::string_view name) {
  if (name.starts_with('.')) return "hidden";
  if (name.starts_with('_')) return "the name begins with '_'";
  const bool system = std::ranges::find(kSystemFolders, lower(name)) != kSystemFolders.end();
  return system ? "left by the system" : "";
}

}  // namespace sslhost::images
