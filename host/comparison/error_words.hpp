// SPDX-License-Identifier: Apache-2.0
#pragma once

// What another process of ours printed about its end.

#include <string>
#include <string_view>

#include "sslhost/error.hpp"

namespace sslhost::host {

/// The last error block of a program's standard error as the parts of an Error; without one, its
/// last words. `whose`: the arm or run that it is about.
Error::Parts error_words(std::string_view errors, const std::string& whose);

}  // namespace sslhost::host
