// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/journal.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/labeling/journal_line.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPurpose = "to keep the answers given in `sslhost label`";

[[noreturn]] void fail_damaged(const fs::path& path, size_t line, const std::string& found) {
  throw Error(
      ExitCode::storage,
      {path.string() + ", line " + std::to_string(line), "a line as sslhost wrote it", found,
       "move the file away: labels.csv holds the answers up to the last time it was "
       "written; undo begins anew then"});
}

JournalContent read(const Descriptor& file, const fs::path& path) {
  std::string text(static_cast<size_t>(file_size(file, path)), '\0');
  read_at(file, path, 0, std::as_writable_bytes(std::span(text)));
  JournalContent content;
  const std::string_view all = text;
  for (size_t at = 0, line = 1; at < all.size(); ++line) {
    const size_t end = all.find('\n', at);
    const auto step =
        end == std::string_view::npos ? std::nullopt : step_of(all.substr(at, end - at));
    if (!step) {
      if (end != std::string_view::npos && end + 1 < all.size())
        fail_damaged(path, line, "another one");
      content.was_cut = true;
      break;
    }
    if (step->number != static_cast<int64_t>(line))
      fail_damaged(path, line, "step " + std::to_string(step->number));
    content.steps.push_back(*step);
    at = end + 1;
    content.bytes = static_cast<int64_t>(at);
  }
  return content;
}

}  // namespace

fs::path journal_path(const fs::path& folder) { return folder / ".sslhost-labels.journal"; }

JournalContent read_journal(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) return {};
  return read(open_file(path, O_RDONLY | O_NOFOLLOW, kPurpose), path);
}

Journal::Journal(const fs::path& folder) : path_(journal_path(folder)) {
  file_ = open_file(path_, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, kPurpose);
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw_storage(path_, kPurpose, errno);
    throw Error(ExitCode::busy,
                {folder.string(), "a folder that nobody else labels at this moment",
                 "another `sslhost label` is at work in it",
                 "open a second window of that one, end it, or look only: --read-only"});
  }
  content_ = read(file_, path_);
  end_ = content_.bytes;
  if (content_.was_cut && ::ftruncate(file_.get(), end_) != 0)
    throw_storage(path_, kPurpose, errno);
  if (const int error = sync_folder(folder); error != 0) throw_storage(path_, kPurpose, error);
}

void Journal::append(const Step& step) {
  if (broken_) throw_storage(path_, kPurpose, EIO);
  const auto line = line_of(step) + "\n";
  int error = ::lseek(file_.get(), end_, SEEK_SET) == end_ ? 0 : errno;
  if (error == 0) error = write_all(file_, std::as_bytes(std::span(line)));
  if (error == 0) error = ::fdatasync(file_.get()) == 0 ? 0 : errno;
  if (error != 0) {
    broken_ = ::ftruncate(file_.get(), end_) != 0;
    throw_storage(path_, kPurpose, error, line.size());
  }
  end_ += static_cast<int64_t>(line.size());
}

}  // namespace sslhost::host
