// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a pickle holds, as far as a state dict needs it. Values lie side by side in one list and
// point at each other: nesting of any depth is made, looked at and freed without recursion.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "host/weights/pickle_names.hpp"

namespace sslhost::host {

struct PickleValue {
  enum class Kind {
    none,
    boolean,
    integer,
    text,
    list,
    tuple,
    set,
    dict,
    name,     ///< something that Python would import; one of pickle_names.hpp
    storage,  ///< the elements that tensors are views of
    tensor,
    other,  ///< whatever no state dict is made of: floats, bytes, a device
  };

  Kind kind = Kind::none;
  bool ordered = false;        ///< of a dict: an OrderedDict, which takes attributes
  std::int64_t integer = 0;    ///< of a storage: its number of elements
  std::string_view text = {};  ///< of a storage: its key; of an integer beyond 64 bits: its bytes
  const KnownName* name = nullptr;  ///< of a storage: its type
  /// Of a dict: key, value, key, value; of a tensor: storage, offset, shape, strides.
  std::vector<PickleValue*> items = {};

  bool is(Kind one) const { return kind == one; }
};

/// "a list"
const char* described(PickleValue::Kind kind);

/// Its texts are views of the bytes that were read.
struct Pickle {
  std::deque<PickleValue> values;  ///< all that were made, in that order
  PickleValue* root = nullptr;     ///< what Python's pickle.load() returns
  std::size_t size = 0;            ///< bytes
};

}  // namespace sslhost::host
