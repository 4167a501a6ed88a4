// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/trust.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/discovery/content_hash.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

constexpr size_t kHashDigits = 64;

/// A user's own group, with nobody else in it: with those, a umask of 002 lets nobody else write.
bool private_group(gid_t group, uid_t owner) {
  const passwd* user = getpwuid(owner);
  if (user == nullptr || user->pw_gid != group) return false;
  const std::string name = user->pw_name;
  const struct group* g = getgrgid(group);
  return g != nullptr && name == g->gr_name &&
         (g->gr_mem[0] == nullptr || (name == g->gr_mem[0] && !g->gr_mem[1]));
}

/// In a sticky folder others may add files but not replace ours.
std::string check_one(const fs::path& path, bool is_folder) {
  struct stat facts = {};
  if (stat(path.c_str(), &facts) != 0) return path.string() + ": " + std::strerror(errno);
  if (is_folder && (facts.st_mode & S_ISVTX)) return {};
  const bool others = facts.st_mode & S_IWOTH;
  const bool group = (facts.st_mode & S_IWGRP) && !private_group(facts.st_gid, facts.st_uid);
  if (!others && !group) return {};
  return std::string(others ? "others" : "its group") + " may write to " + path.string() +
         "; chmod go-w " + path.string();
}

std::string check_upwards(fs::path path) {
  if (auto reason = check_one(path, false); !reason.empty()) return reason;
  while (path.has_relative_path()) {
    path = path.parent_path();
    if (auto reason = check_one(path, true); !reason.empty()) return reason;
  }
  return {};
}

/// Empty where the user has no folder.
fs::path trusted_file() {
  const auto folder = user_data_folder();
  return folder.empty() ? folder : folder / "trusted-plugins";
}

/// A line each: hash, two spaces, the path it had. A list that others may write to is none.
bool is_trusted(const fs::path& file) {
  const auto list = trusted_file();
  struct stat facts = {};
  if (list.empty() || stat(list.c_str(), &facts) != 0 || facts.st_uid != geteuid() ||
      !check_one(list, false).empty())
    return false;
  std::ifstream lines(list);
  std::string line, hash;
  while (std::getline(lines, line)) {
    if (line.size() < kHashDigits) continue;
    if (hash.empty()) hash = content_hash(file);
    if (line.starts_with(hash)) return true;
  }
  return false;
}

std::string why_writable(const fs::path& file) {
  std::error_code error;
  const auto named = fs::absolute(file).lexically_normal();
  const auto real = fs::canonical(file, error);
  if (error) return file.string() + ": " + error.message();
  // Both the folders that hold a link and those that hold what it points to.
  if (auto reason = check_upwards(named); !reason.empty() || named == real) return reason;
  return check_upwards(real);
}

}  // namespace

std::string why_unsafe(const fs::path& file) {
  const auto reason = why_writable(file);
  if (reason.empty() || is_trusted(file)) return {};
  return reason + "; or where that cannot be: sslhost plugins trust " + shell_word(file.string());
}

std::string trust_content(const fs::path& file) {
  const auto list = trusted_file();
  if (list.empty())
    throw Error(ExitCode::storage, {"plugins trust", "a folder of the user's",
                                    "neither XDG_DATA_HOME nor HOME is set", "set one of them"});
  const auto hash = content_hash(file);
  std::string text;
  if (std::ifstream before(list); before) text.assign(std::istreambuf_iterator<char>(before), {});
  std::error_code ignored;  // what cannot be made cannot be written to, which is said
  fs::create_directories(list.parent_path(), ignored);
  write_atomic(list, std::string_view(text + hash + "  " + file.string() + "\n"));
  fs::permissions(list, fs::perms::owner_read | fs::perms::owner_write, ignored);
  return hash;
}

}  // namespace sslhost::host
