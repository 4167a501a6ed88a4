// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the shared libraries of sslhost show to each other.

/// Everything else is built with hidden visibility.
#define SSLHOST_API __attribute__((visibility("default")))
