// SPDX-License-Identifier: Apache-2.0
#pragma once

// Python's pickle format, protocols 2 to 5, as far as torch.save() uses it for state dicts.
// A pickle is a program that builds an object; this interpreter builds values only, and what would
// import or call anything outside of pickle_names.hpp is refused by name.
// (https://github.com/python/cpython/blob/main/Lib/pickletools.py)

#include <cstddef>
#include <string>

#include "host/weights/pickle_value.hpp"
#include "host/weights/weights_source.hpp"

namespace sslhost::host {

/// The pickle at the beginning of `bytes`, to its end mark. `place` says where they are in messages
/// ("data.pkl, byte "), `start` which byte of that place is their first. Throws Error (storage).
Pickle read_pickle(Bytes bytes, const WeightsSource& source, const std::string& place,
                   std::size_t start = 0);

}  // namespace sslhost::host
