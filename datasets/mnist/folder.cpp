// SPDX-License-Identifier: Apache-2.0
#include "datasets/mnist/folder.hpp"

#include <filesystem>
#include <optional>

#include "sslhost/error.hpp"
#include "sslhost/what_is_at.hpp"

namespace sslhost::mnist {

namespace {

namespace fs = std::filesystem;

const char* const kImages = "idx3-ubyte";
const char* const kLabels = "idx1-ubyte";

/// The first that exists, or none, and then which were tried; a plain file comes before its gzip,
/// since it opens faster.
std::optional<fs::path> find(const fs::path& folder, const std::string& part,
                             const std::string& type, std::string& tried) {
  for (const char* packing : {"", ".gz"})
    for (const char* joint : {"-", "."}) {
      const std::string name = part + joint + type + packing;
      std::error_code ignored;
      if (fs::is_regular_file(folder / name, ignored)) return folder / name;
      tried += (tried.empty() ? "" : ", ") + name;
    }
  return std::nullopt;
}

std::string require(const fs::path& folder, const std::string& part, const std::string& type) {
  std::string tried;
  if (const auto found = find(folder, part, type, tried)) return found->string();
  throw Error(ExitCode::data,
              {folder.string(), "one of " + tried, "none of them",
               "pass the folder that holds MNIST's four files with --data; `sslhost data get "
               "mnist` fetches them"});
}

}  // namespace

bool is_mnist_folder(const std::string& folder) {
  std::string ignored;
  return find(folder, "train-images", kImages, ignored).has_value();
}

idx::Set read_folder(const std::string& folder) {
  if (folder.empty())
    throw Error(ExitCode::usage, {"--data", "the folder with MNIST's four files", "nothing",
                                  "pass --data FOLDER; `sslhost data get mnist` fetches them"});
  if (const auto found = what_is_at(folder); found != "a folder")
    throw Error(ExitCode::data, {folder, "a folder with MNIST's four files", found,
                                 "check the path given with --data"});
  // All four are looked for before the first is read.
  const std::string train_images = require(folder, "train-images", kImages);
  const std::string train_labels = require(folder, "train-labels", kLabels);
  const std::string test_images = require(folder, "t10k-images", kImages);
  const std::string test_labels = require(folder, "t10k-labels", kLabels);
  using Reader = idx::ByteReader;
  return idx::read_set({Reader::file(train_images), Reader::file(train_labels),
                        Reader::file(test_images), Reader::file(test_labels)});
}

}  // namespace sslhost::mnist
