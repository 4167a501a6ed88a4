// SPDX-License-Identifier: Apache-2.0
#include "host/device/memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/log/bytes_text.hpp"

namespace sslhost::host {

namespace {

namespace fs = std::filesystem;

/// The number behind "name" or "name:" in a file of such lines.
std::optional<int64_t> entry(const fs::path& file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    int64_t value = 0;
    if (words >> word && (word == name || word == name + ":") && words >> value) return value;
  }
  return std::nullopt;
}

/// Nothing for "max", and where there is no such file.
std::optional<int64_t> number_in(const fs::path& file) {
  std::ifstream input(file);
  int64_t value = 0;
  return input >> value ? std::optional(value) : std::nullopt;
}

class Least {
 public:
  void take(std::optional<int64_t> bytes, const char* limit) {
    if (!bytes || *bytes >= least_.bytes) return;
    least_ = {std::max<int64_t>(*bytes, 0), limit};
  }
  FreeMemory value() const { return least_; }

 private:
  FreeMemory least_ = {std::numeric_limits<int64_t>::max(), "on this machine"};
};

std::optional<int64_t> of_machine(const fs::path& root) {
  const auto file = root / "proc/meminfo";  // in kB
  const auto available = entry(file, "MemAvailable");
  if (!available) return std::nullopt;
  return (*available + entry(file, "SwapFree").value_or(0)) * 1024;
}

/// What one group leaves; files that were read and can be dropped count as free.
std::optional<int64_t> of_group(const fs::path& folder, const char* most, const char* now,
                                const char* droppable) {
  const auto limit = number_in(folder / most), used = number_in(folder / now);
  if (!limit || !used) return std::nullopt;
  return *limit - *used + entry(folder / "memory.stat", droppable).value_or(0);
}

/// This group and all above it.
void take_groups(Least& least, const fs::path& mount, fs::path group, const char* most,
                 const char* now, const char* droppable) {
  constexpr auto kLimit = "in its control group";
  for (group = group.relative_path(); !group.empty(); group = group.parent_path())
    least.take(of_group(mount / group, most, now, droppable), kLimit);
  least.take(of_group(mount, most, now, droppable), kLimit);
}

/// Lines "0::/path" (v2) and "7:memory:/path" (v1). A container may see its own group as the root.
void take_control_groups(Least& least, const fs::path& root) {
  const auto mount = root / "sys/fs/cgroup";
  std::ifstream lines(root / "proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const auto kind = line.find(':'), path = line.find(':', kind + 1);
    if (kind == line.npos || path == line.npos) continue;
    const auto controllers = "," + line.substr(kind + 1, path - kind - 1) + ",";
    const fs::path group = line.substr(path + 1);
    if (controllers == ",,")
      take_groups(least, mount, group, "memory.max", "memory.current", "inactive_file");
    else if (controllers.find(",memory,") != controllers.npos)
      take_groups(least, mount / "memory", group, "memory.limit_in_bytes", "memory.usage_in_bytes",
                  "total_inactive_file");
  }
}

std::optional<int64_t> of_limit(int resource, const fs::path& status, const char* used) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  const auto taken = entry(status, used);  // in kB
  if (!taken) return std::nullopt;
  const auto most = std::min<rlim_t>(limit.rlim_cur, std::numeric_limits<int64_t>::max());
  return static_cast<int64_t>(most) - *taken * 1024;
}

}  // namespace

FreeMemory free_memory(const fs::path& root) {
  Least least;
  least.take(of_machine(root), "on this machine");
  take_control_groups(least, root);
  const auto status = root / "proc/self/status";
  least.take(of_limit(RLIMIT_AS, status, "VmSize"), "under ulimit -v");
  least.take(of_limit(RLIMIT_DATA, status, "VmData"), "under ulimit -d");
  return least.value();
}

int64_t resident_bytes() {
  std::ifstream input("/proc/self/statm");
  int64_t all = 0, resident = 0;
  return input >> all >> resident ? resident * sysconf(_SC_PAGESIZE) : 0;
}

int64_t require_memory(const std::string& what, int64_t bytes) {
  const auto free = free_memory();
  if (bytes <= free.bytes) return free.bytes;
  const auto kept = static_cast<int64_t>(mallinfo2().fordblks);
  if (bytes <= free.bytes + kept) return free.bytes + kept;
  throw Error(
      ExitCode::device,
      {what, "enough memory",
       bytes_text(bytes) + " wanted, where " + bytes_text(free.bytes) + " are left " + free.limit,
       "use smaller batches, a smaller network or fewer samples, or end other programs"});
}

}  // namespace sslhost::host
