// SPDX-License-Identifier: Apache-2.0
#include "host/engine/memory_watch.hpp"

#include "host/log/bytes_text.hpp"

namespace sslhost::host {

std::string MemoryWatch::look(int64_t done, int64_t all, int64_t resident,
                              const std::function<FreeMemory()>& ask_free) {
  constexpr size_t kLooks = 5;  // growth in four spans in a row; first ones fill caches and pools
  constexpr int64_t kLeast = 1 << 20;
  if (said_ || resident <= 0) return {};
  if (!looks_.empty() && done <= looks_.back().first) return {};
  if (!looks_.empty() && resident < looks_.back().second + kLeast) looks_.clear();
  looks_.emplace_back(done, resident);
  if (looks_.size() > kLooks) looks_.pop_front();
  if (looks_.size() < kLooks) return {};
  const auto rate = static_cast<double>(resident - looks_.front().second) /
                    static_cast<double>(done - looks_.front().first);
  const auto free = ask_free();
  const auto lasting = static_cast<double>(free.bytes) / rate;
  if (lasting > static_cast<double>(all - done)) return {};
  said_ = true;
  return "memory grows by " + bytes_text(static_cast<int64_t>(rate)) + " an iteration: the " +
         bytes_text(free.bytes) + " that are left " + free.limit + " last for about " +
         std::to_string(static_cast<int64_t>(lasting)) + " of " + std::to_string(all - done) +
         " more; does a step keep what it computes, with its graph?";
}

}  // namespace sslhost::host
