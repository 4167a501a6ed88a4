// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/state.hpp"

namespace sslhost::host {

const char* to_text(State state) {
  switch (state) {
    case State::ready:
      return "ready";
    case State::shadowed:
      return "shadowed";
    case State::unsafe:
      return "unsafe";
    case State::unreadable:
      return "unreadable";
    case State::empty:
      return "empty";
    case State::foreign:
      return "foreign";
    case State::truncated:
      return "truncated";
    case State::damaged:
      return "damaged";
    case State::incompatible:
      return "incompatible";
    case State::crashes:
      return "crashes";
    case State::hangs:
      return "hangs";
    case State::fails:
      return "fails";
  }
  return "?";
}

}  // namespace sslhost::host
