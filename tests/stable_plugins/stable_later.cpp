// SPDX-License-Identifier: Apache-2.0
// A plugin for a later version of the stable interface.
#include "sslhost/record.hpp"
#include "sslhost/stable/interface.hpp"

namespace {

consteval sslhost::Platform platform() {
  auto p = sslhost::detail::platform_here(2, 10, 0, 0, 0);
  p.checks |= sslhost::kStableTier;
  return p;
}

}  // namespace

SSLHOST_DETAIL_RECORD(method, "stable-later", "0.1.0", "test material", platform())

extern "C" __attribute__((visibility("default"))) const sslhost::stable::PluginCalls*
sslhost_stable_v1(const sslhost::stable::HostCalls* host) {
  static constexpr auto calls = [] {
    sslhost::stable::PluginCalls all{};
    all.size = sizeof all;
    all.interface = sslhost::stable::kInterface + 1;
    all.record = &sslhost_record;
    return all;
  }();
  return host->interface > sslhost::stable::kInterface ? &calls : nullptr;
}
