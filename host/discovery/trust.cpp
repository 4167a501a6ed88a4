// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/trust.hpp"

#include <cerrno>
#include <cstring>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

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

}  // namespace

std::string why_unsafe(const fs::path& file) {
  std::error_code error;
  const auto named = fs::absolute(file).lexically_normal();
  const auto real = fs::canonical(file, error);
  if (error) return file.string() + ": " + error.message();
  // Both the folders that hold a link and those that hold what it points to.
  if (auto reason = check_upwards(named); !reason.empty() || named == real) return reason;
  return check_upwards(real);
}

}  // namespace sslhost::host
