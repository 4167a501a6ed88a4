// SPDX-License-Identifier: Apache-2.0
// Built for another LibTorch; all else fits. It would crash if it were loaded.
#include <cstdlib>

#include "tests/bad_plugins/record_only.hpp"

namespace {
consteval sslhost::Platform other() {
  auto p = GOOD_PLATFORM;
  p.torch_major = 1;
  p.torch_minor = 13;
  p.torch_patch = 1;
  return p;
}
[[maybe_unused]] const int kLoaded = (std::abort(), 0);
}  // namespace

SSLHOST_DETAIL_RECORD(method, "other_torch", "1.0", "test material", other())
BAD_ENTRY { return nullptr; }
