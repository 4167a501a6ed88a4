// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plugin whose record is fine, for files that misbehave before any method is made.

#include <torch/version.h>

#include "sslhost/export.hpp"
#include "sslhost/record.hpp"

namespace sslhost {
struct Entry;
}

/// The platform of this very build.
#define GOOD_PLATFORM                                                                              \
  sslhost::detail::platform_here(TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH, 0, \
                                 0)
#define BAD_RECORD(id) SSLHOST_DETAIL_RECORD(method, id, "1.0", "test material", GOOD_PLATFORM)
#define BAD_ENTRY \
  extern "C" SSLHOST_API const sslhost::Entry* sslhost_plugin_v1(const sslhost::Platform*) noexcept
