// SPDX-License-Identifier: Apache-2.0
#include "host/fetch/fetch.hpp"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>

#include "sslhost/error.hpp"

#include "host/fetch/download.hpp"
#include "host/storage/sha256.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

std::vector<std::string> mirrors_of(const WantedFile& file) {
  auto urls = file.urls;
  if (auto own = variable("SSLHOST_MIRROR"); !own.empty()) {
    if (!own.ends_with('/')) own += '/';
    urls.insert(urls.begin(), own + file.name);
  }
  return urls;
}

[[noreturn]] void refuse_offline(const std::string& where, const std::string& reason,
                                 const std::string& next) {
  throw Error(ExitCode::data,
              {where, "the file, since " + reason + " forbids to fetch it", "nothing there", next});
}

/// Before the first byte: a disk that is too small must not be found out after an hour.
void require_room(const fs::path& place, int64_t needed) {
  std::error_code unknown;
  const auto folder = place.parent_path();
  const auto space = fs::space(folder.empty() ? "." : folder, unknown);
  if (!unknown && needed > 0 && space.available < static_cast<std::uintmax_t>(needed))
    throw_storage(place, "to write the file", ENOSPC, static_cast<std::uintmax_t>(needed));
}

[[noreturn]] void fail(const WantedFile& file, const fs::path& place, const PartFile& part,
                       const std::string& said) {
  std::string next = "check the connection (https_proxy), then the same command again";
  if (part.size() > 0)
    next += ", which goes on: " + std::to_string(part.size()) + " bytes are kept in " +
            part.path().string();
  throw Error(ExitCode::data, {place.string(), "to fetch " + file.name, said,
                               next + "\nor fetch it by hand: " + by_hand(file, place)});
}

}  // namespace

bool is_there(const WantedFile& file, const fs::path& place) {
  std::error_code ignored;
  if (!fs::exists(place, ignored)) return false;
  const auto opened = open_file(place, O_RDONLY, "to read the file");
  const auto size = file_size(opened, place);
  const auto require = [&](bool right, const std::string& expected, const std::string& found) {
    if (!right)
      throw Error(ExitCode::data,
                  {place.string(), file.name + expected, "another file, " + found,
                   "it is not overwritten: move or delete it, then the same command again"});
  };
  require(file.size < 0 || size == file.size, " of " + std::to_string(file.size) + " bytes",
          "of " + std::to_string(size));
  const auto sha256 = sha256_of(opened, place);
  require(sha256 == file.sha256, " with SHA-256 " + file.sha256, "with " + sha256);
  return true;
}

std::string offline_reason(bool offline) {
  if (offline) return "--offline";
  const auto text = variable("SSLHOST_OFFLINE");
  return text.empty() || text == "0" ? "" : "SSLHOST_OFFLINE";
}

std::string by_hand(const WantedFile& file, const fs::path& place) {
  const auto mirrors = file.urls.empty() ? mirrors_of(file) : file.urls;
  return (mirrors.empty() ? file.name : mirrors.front()) + " as " + place.string();
}

void fetch(const WantedFile& file, const fs::path& place, const FetchProgress& progress,
           bool offline, const Limits& limits) {
  if (is_there(file, place)) return;
  if (const auto reason = offline_reason(offline); !reason.empty())
    refuse_offline(place.string(), reason, "put it there by hand: " + by_hand(file, place));
  auto part = PartFile::open(place, [&](int64_t size) { return progress(size, file.size); });
  if (!part) {
    if (is_there(file, place)) return;  // another process brought it
    throw Error(ExitCode::stopped, {place.string(), "", "stopped while waiting for another process",
                                    "the same command again"});
  }
  require_room(place, file.size - part->size());
  std::string said;
  Download download(file, *part, progress, limits);
  for (const auto& url : mirrors_of(file)) {
    const auto complaint = download.from(url);
    if (complaint.empty()) {
      part->become(place);
      return;
    }
    said += (said.empty() ? "" : "\n") + url + ": " + complaint;
  }
  fail(file, place, *part, said);
}

std::string fetch_text(const std::string& url, int64_t at_most_bytes, bool offline,
                       const Limits& limits) {
  if (const auto reason = offline_reason(offline); !reason.empty())
    refuse_offline(url, reason, "without the network it cannot be had");
  std::string text;
  const auto outcome =
      run({.url = url,
           .limits = limits,
           .begin =
               [](const Answer& answer) { return answer.status == 200 ? "" : status_text(answer); },
           .take = [&](Bytes bytes) -> std::string {
             text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
             return std::ssize(text) <= at_most_bytes
                        ? ""
                        : "more than " + std::to_string(at_most_bytes) + " bytes";
           },
           .go_on = [] { return true; }});
  if (outcome.complaint.empty()) return text;
  throw Error(ExitCode::data,
              {url, "to fetch a text", outcome.complaint, "check the connection (https_proxy)"});
}

}  // namespace sslhost::host
