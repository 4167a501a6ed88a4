// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compiled once for all tests that use LibTorch (tests/CMakeLists.txt).

#include <gmock/gmock.h>

#include "sdk/src/precompiled.hpp"
