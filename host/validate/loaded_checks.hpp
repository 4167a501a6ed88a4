// SPDX-License-Identifier: Apache-2.0
#pragma once

// Levels 2 to 5: what a plugin does. Made in the worker, one check a process, since a plugin may
// end it, and is never unloaded.

#include <string>

#include "sslhost/error.hpp"

#include "host/validate/catalogue.hpp"
#include "host/validate/outcome.hpp"
#include "host/validate/trial.hpp"

namespace sslhost::host {

#define BYTES(...)
#define LOADED(name, ...) Outcome check_##name(const Subject& subject);
#include "host/validate/checks.inc"
#undef BYTES
#undef LOADED

/// Without what to do next: causes stand in tables and in annotations.
std::string text_of(const Error& error);

/// An Error that the check did not expect is a failure with its text.
Outcome check_loaded(const Check& check, const Subject& subject);

}  // namespace sslhost::host
