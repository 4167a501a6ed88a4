// SPDX-License-Identifier: Apache-2.0
#include "host/fetch/download.hpp"

#include <algorithm>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

// A mirror that breaks off is asked for the rest so many times, as long as something arrives.
constexpr int kTimesCut = 5;

std::string bytes_text(int64_t bytes) { return std::to_string(bytes) + " bytes"; }

}  // namespace

std::string status_text(const Answer& answer) {
  const auto number = "status " + std::to_string(answer.status);
  switch (answer.status) {
    case 401:
    case 403:
      return number + " (refused)";
    case 404:
    case 410:
      return number + " (no such file)";
    case 429:
      return number + " (asked too often)";
    default:
      return number + (answer.status >= 500 ? " (a fault of the server)" : "");
  }
}

/// What is in the part already is given up only for an answer that can be the whole file.
std::string Download::begin(const Answer& answer) {
  const auto from = part_.size();
  if (answer.status == 206 && from > 0) {
    if (!answer.content_range.starts_with("bytes " + std::to_string(from) + "-"))
      return "another range than was asked for: " + answer.content_range;
    if (answer.length >= 0) all_ = from + answer.length;
  } else if (answer.status == 200) {
    all_ = answer.length;
  } else {
    return status_text(answer);
  }
  if (file_.size >= 0 && all_ >= 0 && all_ != file_.size)
    return "a file of " + bytes_text(all_) + " instead of " + bytes_text(file_.size);
  if (file_.size >= 0) all_ = file_.size;
  if (answer.status == 200) part_.clear();
  return {};
}

Outcome Download::get(const std::string& url) {
  Transfer transfer{.url = url, .from = part_.size(), .limits = limits_};
  transfer.begin = [&](const Answer& answer) { return begin(answer); };
  transfer.take = [&](Bytes bytes) -> std::string {
    const auto count = static_cast<int64_t>(bytes.size());
    if (file_.size >= 0 && part_.size() + count > file_.size) {
      part_.clear();
      return "more than " + bytes_text(file_.size);
    }
    part_.append(bytes, std::max(count, file_.size - part_.size()));
    return {};
  };
  transfer.go_on = [&] { return progress_(part_.size(), all_); };
  return run(transfer);
}

std::string Download::check() const {
  if (file_.size >= 0 && part_.size() != file_.size)
    return bytes_text(part_.size()) + " instead of " + bytes_text(file_.size);
  const auto found = part_.sha256();
  return found == file_.sha256 ? "" : "another file: its SHA-256 is " + found;
}

std::string Download::from(const std::string& url) {
  all_ = file_.size;
  bool begun_again = false;
  for (int cut = 0;;) {
    const auto before = part_.size();
    // Whole already: a process was killed before it could say so.
    const bool whole = before > 0 && before >= file_.size && file_.size >= 0;
    const auto outcome = whole ? Outcome{} : get(url);
    if (outcome.stopped)
      throw Error(ExitCode::stopped, {part_.path().string(), "", "stopped",
                                      "the same command again goes on where it stopped"});
    auto complaint = outcome.complaint;
    const bool complete = complaint.empty();
    if (complete) complaint = check();
    if (complaint.empty()) return {};
    const bool range_refused = outcome.answer.status == 416;
    if (complete || range_refused) {
      part_.clear();
      // The beginning may have been another file's, or damaged.
      if (before == 0 || (!whole && outcome.answer.status == 200) || begun_again) return complaint;
      begun_again = true;
    } else if (part_.size() <= before || ++cut > kTimesCut) {
      return complaint;
    }
  }
}

}  // namespace sslhost::host
