// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/strangers.hpp"

#include <sys/socket.h>

namespace sslhost::host {

void Strangers::opened(const void* connection, int socket) {
  const std::lock_guard lock(mutex_);
  where_[connection] = oldest_first_.insert(oldest_first_.end(), {connection, socket});
  if (oldest_first_.size() <= kMost) return;
  const auto oldest = oldest_first_.front();
  ::shutdown(oldest.socket, SHUT_RDWR);  // its owner sees the end and closes it
  where_.erase(oldest.connection);
  oldest_first_.pop_front();
}

void Strangers::forget(const void* connection) {
  const std::lock_guard lock(mutex_);
  const auto found = where_.find(connection);
  if (found == where_.end()) return;
  oldest_first_.erase(found->second);
  where_.erase(found);
}

std::size_t Strangers::count() const {
  const std::lock_guard lock(mutex_);
  return oldest_first_.size();
}

}  // namespace sslhost::host
