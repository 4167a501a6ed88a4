// SPDX-License-Identifier: Apache-2.0
#pragma once

// From IDX files to what a dataset reader returns.

#include "sslhost/dataset.hpp"

#include "datasets/idx/idx.hpp"

namespace sslhost::idx {

/// Classes are called "0", "1", ...; the pixels are kept, not copied. Scale, origin and licence are
/// left to the reader.
Dataset to_dataset(Set&& set);

}  // namespace sslhost::idx
