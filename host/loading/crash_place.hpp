// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "host/loading/call_marker.hpp"

namespace sslhost::host {

/// The functions that the worker was in, innermost first, a line each with its library: up to those
/// of sslhost that called them. Empty where the worker could not say.
std::string crash_place(const MarkerWatch& marker);

}  // namespace sslhost::host
