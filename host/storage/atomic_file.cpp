// SPDX-License-Identifier: Apache-2.0
#include "host/storage/atomic_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include <unistd.h>

#include <fmt/core.h>

#include "sslhost/error.hpp"

#include "host/storage/create_temporary.hpp"

namespace sslhost::host {

namespace {

/// A file under a temporary name; removed again unless it was renamed.
class Temporary {
 public:
  explicit Temporary(const std::filesystem::path& target) : target_(target) {
    const auto start = target_.parent_path() / fmt::format(".{}.", target_.filename().string());
    file_ = create_temporary(start, 0666, path_);
    if (file_.get() < 0) fail(errno);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!renamed_) ::unlink(path_.c_str());
  }

  void write(std::span<const Bytes> parts) {
    for (const auto& part : parts) needed_ += part.size();
    for (const auto& part : parts) check(write_all(file_, part));
    check(::fsync(file_.get()) == 0 ? 0 : errno);
    check(file_.close());
  }

  void rename() {
    check(std::rename(path_.c_str(), target_.c_str()) == 0 ? 0 : errno);
    renamed_ = true;
    check(sync_folder(target_.parent_path()));
  }

 private:
  void check(int error) {
    if (error != 0) fail(error);
  }
  [[noreturn]] void fail(int error) { throw_storage(target_, "to write the file", error, needed_); }

  const std::filesystem::path target_;
  std::filesystem::path path_;
  Descriptor file_;
  std::uintmax_t needed_ = 0;
  bool renamed_ = false;
};

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void write_atomic(const std::filesystem::path& path, std::span<const Bytes> parts) {
  // A rename would replace a device such as /dev/null by a file.
  std::error_code missing;
  const auto status = std::filesystem::symlink_status(path, missing);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ExitCode::storage,
                {path.string(), "a regular file, or none yet",
                 "a folder, link or device of that name", "choose another name"});
  }
  Temporary file(path);
  file.write(parts);
  file.rename();
}

void write_atomic(const std::filesystem::path& path, Bytes bytes) {
  const std::array<Bytes, 1> parts = {bytes};
  write_atomic(path, parts);
}

void write_atomic(const std::filesystem::path& path, std::string_view text) {
  write_atomic(path, std::as_bytes(std::span(text)));
}

bool is_temporary_of(std::string_view name, std::string_view target) {
  const std::string start = fmt::format(".{}.", target);
  if (!name.starts_with(start) || !name.ends_with(kTemporaryEnding) ||
      name.size() < start.size() + kTemporaryEnding.size())
    return false;
  const auto middle =
      name.substr(start.size(), name.size() - start.size() - kTemporaryEnding.size());
  const auto dash = middle.find('-');
  return dash != std::string_view::npos && all_digits(middle.substr(0, dash)) &&
         all_digits(middle.substr(dash + 1));
}

}  // namespace sslhost::host
