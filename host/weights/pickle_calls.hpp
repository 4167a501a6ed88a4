// SPDX-License-Identifier: Apache-2.0
#pragma once

// What Python would do with the names of pickle_names.hpp, as values: nothing is run.

#include <deque>

#include "host/weights/pickle_value.hpp"

namespace sslhost::host {

/// The value of name(*arguments), made in `values` or one of the arguments. Null where the
/// arguments are not those that torch.save() writes.
PickleValue* pickle_call(const KnownName& name, const PickleValue& arguments,
                         std::deque<PickleValue>& values);

/// The storage that a persistent id names; null where it is none.
PickleValue* pickle_storage(const PickleValue& id, std::deque<PickleValue>& values);

}  // namespace sslhost::host
