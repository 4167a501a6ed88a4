// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "sslhost/error.hpp"

#include "host/commands/entries.hpp"
#include "host/discovery/compatibility.hpp"

namespace sslhost::host {

int version_command(const CommandLine& /*line*/) {
  const auto host = host_platform();
  std::printf("sslhost " SSLHOST_VERSION " (SDK %d.%d, LibTorch %d.%d.%d)\n", host.sdk_major,
              host.sdk_minor, host.torch_major, host.torch_minor, host.torch_patch);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
