// SPDX-License-Identifier: Apache-2.0
#include "datasets/cifar10/source.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <utility>

#include "sslhost/error.hpp"
#include "sslhost/what_is_at.hpp"

#include "datasets/cifar10/archive.hpp"

namespace sslhost::cifar10 {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "cifar-10-batches-bin";
constexpr const char* kMeta = "batches.meta.txt";
constexpr const char* kTest = "test_batch.bin";
constexpr std::array kTrain = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                               "data_batch_4.bin", "data_batch_5.bin"};
constexpr size_t kMostNames = 4096;  // bytes
constexpr const char* kGetIt =
    "the files are those of cifar-10-binary.tar.gz (not the Python or Matlab version)";

std::string existing(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  for (const char* packing : {"", ".gz"})
    if (fs::is_regular_file(folder / (name + packing), ignored))
      return (folder / (name + packing)).string();
  return {};
}

std::string required(const fs::path& folder, const std::string& name) {
  auto found = existing(folder, name);
  if (found.empty())
    throw Error(ExitCode::data, {folder.string(), name + " or " + name + ".gz", "neither", kGetIt});
  return found;
}

/// All bytes, but never more than one above `most`.
std::vector<uint8_t> read_all(idx::ByteReader& in, size_t most) {
  constexpr size_t kPiece = 1 << 20;
  std::vector<uint8_t> bytes;
  size_t have = 0;
  while (have <= most) {
    bytes.resize(std::min(most + 1, have + kPiece));
    const size_t got = in.read(std::span(bytes).subspan(have));
    if (got == 0) break;
    have += got;
  }
  bytes.resize(have);
  return bytes;
}

void append_file(const std::string& file, Part& part) {
  auto in = idx::ByteReader::file(file);
  const auto bytes = read_all(in, kMostBytes);
  append_batch(bytes, [&](uint64_t offset) { return in.place(offset); }, part);
}

Set read_folder(const fs::path& folder) {
  // All files are looked for before the first is read.
  std::vector<std::string> train;
  for (const char* name : kTrain) train.push_back(required(folder, name));
  const auto test = required(folder, kTest), meta = existing(folder, kMeta);
  Set set;
  set.classes = official_names();
  if (!meta.empty()) {
    auto in = idx::ByteReader::file(meta);
    set.classes =
        read_names(read_all(in, kMostNames), [&](uint64_t offset) { return in.place(offset); });
  }
  for (const auto& file : train) append_file(file, set.train);
  append_file(test, set.test);
  return set;
}

}  // namespace

Set read_archive(idx::ByteReader&& in) {
  std::vector<Wanted> wanted(kTrain.size() + 2);
  for (size_t i = 0; i < kTrain.size(); ++i) wanted[i] = {kTrain[i], kMostBytes};
  wanted[kTrain.size()] = {kTest, kMostBytes};
  wanted.back() = {kMeta, kMostNames};
  auto files = extract(in, kFolder, wanted);
  const auto take = [&](const char* name) { return files.find(name); };
  for (const auto& [name, most] : wanted)
    if (name != kMeta && take(name.c_str()) == files.end())
      throw Error(ExitCode::data,
                  {in.name(), std::string(kFolder) + "/" + name, "no such entry", kGetIt});
  const auto place = [&](const std::string& name) {
    return [where = in.name() + ", entry " + name](uint64_t offset) {
      return where + ", byte " + std::to_string(offset);
    };
  };
  Set set;
  set.classes = official_names();
  if (const auto meta = take(kMeta); meta != files.end())
    set.classes = read_names(meta->second, place(kMeta));
  const auto append = [&](const char* name, Part& part) {
    append_batch(take(name)->second, place(name), part);
    files.erase(name);  // 30 MB that are not needed twice
  };
  for (const char* name : kTrain) append(name, set.train);
  append(kTest, set.test);
  return set;
}

bool is_source(const std::string& path) {
  const auto name = fs::path(path).filename().string();
  return name.starts_with("cifar-10-binary.tar") || !existing(path, kTrain[0]).empty() ||
         !existing(fs::path(path) / kFolder, kTrain[0]).empty();
}

Set read(const std::string& path) {
  if (path.empty())
    throw Error(ExitCode::usage,
                {"--data", "CIFAR-10's folder or cifar-10-binary.tar.gz", "nothing",
                 "pass --data PATH; `sslhost data get cifar10` fetches it"});
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    throw Error(ExitCode::data, {path, "CIFAR-10's folder or cifar-10-binary.tar.gz",
                                 what_is_at(path), "check the path given with --data"});
  if (fs::is_directory(path, ignored) && what_is_at(path) != "a folder")
    throw Error(ExitCode::data, {path, "a folder that can be read", what_is_at(path),
                                 "check the path given with --data"});
  if (!fs::is_directory(path, ignored)) return read_archive(idx::ByteReader::file(path));
  const fs::path folder = path, inside = folder / kFolder;
  const bool unpacked = existing(folder, kTrain[0]).empty() && fs::is_directory(inside, ignored);
  return read_folder(unpacked ? inside : folder);
}

}  // namespace sslhost::cifar10
