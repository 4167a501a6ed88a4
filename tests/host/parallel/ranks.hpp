// SPDX-License-Identifier: Apache-2.0
#pragma once

// Several processes of the built program that train one model, started as torchrun would start
// them. They meet on 127.0.0.1.

#include <memory>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/host/commands/running_program.hpp"

namespace sslhost::host {

class Together : public Program {
 protected:
  using Running = std::vector<std::unique_ptr<RunningProgram>>;

  /// A port that was free just now.
  static int free_port() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    close(fd);
    return ntohs(address.sin_port);
  }

  /// One of them: what its environment says, and its words.
  std::unique_ptr<RunningProgram> start_rank(int rank, int size, int port,
                                             const Arguments& arguments,
                                             const Arguments& variables = {}) const {
    const auto set = Arguments{"RANK=" + std::to_string(rank), "WORLD_SIZE=" + std::to_string(size),
                               "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + std::to_string(port)};
    return std::make_unique<RunningProgram>(
        "/usr/bin/env", set + variables + Arguments{program().string()} + arguments,
        path("rank" + std::to_string(rank)).string());
  }

  Running start(int size, const Arguments& arguments, const Arguments& variables = {}) const {
    const int port = free_port();
    Running all;
    for (int rank = 0; rank < size; ++rank)
      all.push_back(start_rank(rank, size, port, arguments, variables));
    return all;
  }

  /// All of them to the end, which must be a success.
  void run_together(int size, const Arguments& arguments, const Arguments& variables = {}) const {
    for (auto& rank : start(size, arguments, variables))
      ASSERT_EQ(code(rank->wait()), 0) << rank->errors();
  }

  /// Batches that two and three can share, and draws that do not depend on how they are joined.
  static Arguments training(const std::string& method, int iterations, const std::string& out,
                            const Arguments& more = {}) {
    return Arguments{"--plugin",     method,   "--dataset",    "digits",
                     "--labels",     "60",     "--batch",      "60",
                     "--model",      "mlp-32", "--threads",    "1",
                     "--pictures",   "false",  "--iterations", std::to_string(iterations),
                     "--log-every",  "1",      "--recipe",     "none",
                     "--eval-every", "2",      "--out",        out} +
           more;
  }
};

}  // namespace sslhost::host
