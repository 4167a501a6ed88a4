// SPDX-License-Identifier: Apache-2.0
#include "host/weights/pickle_value.hpp"

namespace sslhost::host {

const char* described(PickleValue::Kind kind) {
  using Kind = PickleValue::Kind;
  switch (kind) {
    case Kind::none:
      return "None";
    case Kind::boolean:
      return "a truth value";
    case Kind::integer:
      return "a whole number";
    case Kind::text:
      return "text";
    case Kind::list:
      return "a list";
    case Kind::tuple:
      return "a tuple";
    case Kind::set:
      return "a set";
    case Kind::dict:
      return "a dictionary";
    case Kind::name:
      return "a name";
    case Kind::storage:
      return "a storage";
    case Kind::tensor:
      return "a tensor";
    case Kind::other:
      break;
  }
  return "a number or bytes";
}

}  // namespace sslhost::host
