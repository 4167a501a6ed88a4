// SPDX-License-Identifier: Apache-2.0
#include "host/run/metrics_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <span>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sslhost/error.hpp"

namespace sslhost::host {

namespace {

/// Forgets what lies behind the first `bytes` and goes on there.
bool cut_off(const Descriptor& file, std::int64_t bytes) {
  return ::ftruncate(file.get(), bytes) == 0 && ::lseek(file.get(), bytes, SEEK_SET) == bytes;
}

/// What is cut off and written to here would change under its other names, too.
void require_one_name(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) throw_storage(path, "to continue the file", errno);
  if (status.st_nlink > 1)
    throw Error(ExitCode::storage,
                {path.string(), "a file of this run alone",
                 "one with " + std::to_string(status.st_nlink) + " names (hard links)",
                 "put a copy of it in its place: cp FILE COPY; mv COPY FILE"});
}

}  // namespace

const MetricsState::File* MetricsState::find(std::string_view format) const {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const File& f) { return f.format == format; });
  return found == files.end() ? nullptr : &*found;
}

MetricsWriter::MetricsWriter(const std::filesystem::path& folder,
                             const std::optional<MetricsState>& resume) {
  folder_ = open_file(folder, O_RDONLY | O_DIRECTORY, "the run folder");
  std::vector<std::string> headers;
  for (const auto& format : metrics_formats()) {
    // A run that an earlier version began goes on in the formats that it lacks from here on.
    const auto* before = resume ? resume->find(format.key) : nullptr;
    auto& file = files_.emplace_back(
        File{.format = format, .path = folder / (before ? before->name : new_file_name(format))});
    headers.push_back(!before && format.header ? format.header() : "");
    if (before) open_to_continue(file, before->bytes);
  }
  for (auto& file : files_) {
    if (file.is_new) open_new(file, resume.has_value());
    if (!cut_off(file.descriptor, file.bytes))
      throw_storage(file.path, "to continue the file", errno);
  }
  write(headers);
  if (const int error = sync_folder(folder)) throw_storage(folder, "to make new files here", error);
}

void MetricsWriter::open_to_continue(File& file, std::int64_t bytes) {
  file.is_new = false;
  file.bytes = bytes;
  const auto name = file.path.filename().string();
  if (!is_file_name(file.format, name))
    throw Error(ExitCode::storage,
                {file.path.string(), "a name such as " + new_file_name(file.format), name,
                 "the checkpoint was changed since: start a new run"});
  file.descriptor = open_in(folder_, file.path, O_WRONLY, "the metrics of the run to resume");
  const std::int64_t found = file_size(file.descriptor, file.path);
  require_one_name(file.descriptor, file.path);
  if (bytes < 0 || bytes > found)
    throw Error(
        ExitCode::storage,
        {file.path.string(), std::to_string(bytes) + " bytes or more, as the checkpoint says",
         std::to_string(found), "the file was changed since: start a new run"});
}

void MetricsWriter::open_new(File& file, bool may_exist) {
  file.descriptor = open_in(folder_, file.path, O_WRONLY | O_CREAT | (may_exist ? 0 : O_EXCL),
                            "to make a new file");
  require_one_name(file.descriptor, file.path);
}

void MetricsWriter::append(const MetricsRow& row) {
  std::vector<std::string> texts;
  for (const auto& file : files_) texts.push_back(file.format.row(row));
  write(texts);
}

void MetricsWriter::write(const std::vector<std::string>& texts) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const int error = write_all(files_[i].descriptor, std::as_bytes(std::span(texts[i])));
    if (error == 0) continue;
    // When a file cannot even be cut off, the error of writing is still the one to tell.
    for (std::size_t j = 0; j <= i; ++j) (void)cut_off(files_[j].descriptor, files_[j].bytes);
    throw_storage(files_[i].path, "to append to the file", error, texts[i].size());
  }
  for (std::size_t i = 0; i < files_.size(); ++i)
    files_[i].bytes += static_cast<std::int64_t>(texts[i].size());
}

void MetricsWriter::flush() {
  for (const auto& file : files_) {
    if (::fsync(file.descriptor.get()) != 0)
      throw_storage(file.path, "to make the file durable", errno);
  }
}

MetricsState MetricsWriter::state() {
  flush();
  MetricsState state;
  for (const auto& file : files_)
    state.files.push_back({file.format.key, file.path.filename().string(), file.bytes});
  return state;
}

}  // namespace sslhost::host
