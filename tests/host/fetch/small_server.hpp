// SPDX-License-Identifier: Apache-2.0
#pragma once

// An HTTP server of a few lines on 127.0.0.1, which a test tells what to answer, byte by byte: also
// what no real server would.

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sslhost::host::testing {

struct Request {
  std::string path;
  int64_t from = 0;  ///< of "Range: bytes=FROM-"
};

/// The way back to who asked.
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  /// Until the other side has gone.
  void wait() const {
    char byte;
    while (::recv(socket_, &byte, 1, 0) > 0) continue;
  }

 private:
  int socket_;
};

inline std::string head(int status, size_t length, const std::string& more = "") {
  return "HTTP/1.1 " + std::to_string(status) +
         " Words\r\nContent-Length: " + std::to_string(length) + "\r\n" + more +
         "Connection: close\r\n\r\n";
}

/// As a server does that knows ranges.
inline void send_range(const Connection& to, const std::string& body, int64_t from) {
  if (from == 0) return to.send(head(200, body.size()) + body);
  if (from >= std::ssize(body)) return to.send(head(416, 0));
  const auto rest = body.substr(static_cast<size_t>(from));
  to.send(head(206, rest.size(),
               "Content-Range: bytes " + std::to_string(from) + "-" +
                   std::to_string(body.size() - 1) + "/" + std::to_string(body.size()) + "\r\n") +
          rest);
}

class SmallServer {
 public:
  using Answering = std::function<void(const Request& request, const Connection& to)>;

  explicit SmallServer(Answering answering) : answering_(std::move(answering)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener_, 16) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no port on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;
  ~SmallServer() {
    ending_ = true;
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (const int connection : connections_) shutdown(connection, SHUT_RDWR);
    for (auto& thread : threads_) thread.join();
    for (const int connection : connections_) close(connection);
    close(listener_);
  }

  std::string url(const std::string& path = "/file") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_all() {
    while (!ending_) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) continue;
      connections_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    std::string text;
    char buffer[1024];
    while (text.find("\r\n\r\n") == std::string::npos) {
      const ssize_t n = recv(connection, buffer, sizeof buffer, 0);
      if (n <= 0) return;
      text.append(buffer, static_cast<size_t>(n));
    }
    Request request{text.substr(4, text.find(' ', 4) - 4)};
    constexpr std::string_view kRange = "Range: bytes=";
    if (const auto at = text.find(kRange); at != std::string::npos)
      request.from = std::stoll(text.substr(at + kRange.size()));
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    answering_(request, Connection(connection));
    shutdown(connection, SHUT_RDWR);
  }

  Answering answering_;
  int listener_ = -1, port_ = 0;
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace sslhost::host::testing
