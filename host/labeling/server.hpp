// SPDX-License-Identifier: Apache-2.0
#pragma once

// The page's server, on 127.0.0.1 alone.

#include <memory>
#include <string>

#include "host/labeling/door.hpp"
#include "host/labeling/requests.hpp"
#include "host/storage/descriptor.hpp"

namespace sslhost::host {

/// A port of 127.0.0.1 that connections can wait at.
struct Port {
  Descriptor socket;
  int number = 0;
};

/// 0: one that is free. Throws Error (usage) where another program has it.
Port open_port(int number);

class Server {
 public:
  /// `requests` must outlive it. Throws Error (usage) where libmicrohttpd is missing.
  Server(Port port, Door door, Requests& requests);
  /// Ends all connections.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace sslhost::host
