// SPDX-License-Identifier: Apache-2.0
#include "host/log/standard_output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "sslhost/error.hpp"

namespace sslhost::host {

void require_written() {
  if (!std::cout.flush() || std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    throw Error(ExitCode::storage, {"standard output", "that it takes the results",
                                    std::strerror(errno), "make room, or write elsewhere"});
}

}  // namespace sslhost::host
