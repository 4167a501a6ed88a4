// SPDX-License-Identifier: Apache-2.0
#pragma once

// What can be the matter with a file found in a plugin folder. Every file scanned has one of these
// states, and a reason.

namespace sslhost::host {

enum class State {
  ready,
  shadowed,  ///< another file of that kind and id comes first in the search order
  unsafe,    ///< others may write to it or to a folder above it
  unreadable,
  empty,
  foreign,  ///< not a plugin: text, or a library without a record
  truncated,
  damaged,       ///< the record makes no sense
  incompatible,  ///< built for another SDK, LibTorch, library ABI, ...
  crashes,       ///< a probe of it died
  hangs,         ///< a probe of it took too long
  fails,         ///< a probe of it was refused or threw
};

/// The name of the enumerator.
const char* to_text(State state);

}  // namespace sslhost::host
