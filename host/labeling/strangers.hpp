// SPDX-License-Identifier: Apache-2.0
#pragma once

// Connections that have not shown the token. They may come by the thousand and send nothing, or a
// byte a second: above a number, the oldest is closed, so that the page always finds room.

#include <cstddef>
#include <list>
#include <mutex>
#include <unordered_map>

namespace sslhost::host {

class Strangers {
 public:
  static constexpr std::size_t kMost = 128;

  /// `connection`: what tells it from others; `socket` stays its caller's.
  void opened(const void* connection, int socket);
  /// It showed the token: it stays.
  void known(const void* connection) { forget(connection); }
  /// Before its socket is closed.
  void closed(const void* connection) { forget(connection); }
  std::size_t count() const;

 private:
  struct One {
    const void* connection;
    int socket;
  };
  void forget(const void* connection);

  mutable std::mutex mutex_;
  std::list<One> oldest_first_;
  std::unordered_map<const void*, std::list<One>::iterator> where_;
};

}  // namespace sslhost::host
