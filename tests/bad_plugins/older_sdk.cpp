// SPDX-License-Identifier: Apache-2.0
// As built against another SDK, with another LibTorch and the old ABI: three differences at once.
#include "tests/bad_plugins/record_only.hpp"

namespace {
consteval sslhost::Platform older() {
  auto p = GOOD_PLATFORM;
  p.sdk_minor = 0;  // before the first release
  p.torch_minor += 1;
  p.cxx11_abi = 1 - p.cxx11_abi;
  return p;
}
}  // namespace

SSLHOST_DETAIL_RECORD(method, "older_sdk", "1.0", "test material", older())
BAD_ENTRY { return nullptr; }
