// SPDX-License-Identifier: Apache-2.0
#pragma once

// The four files of data/, inside the library: a first training needs no download and no path.

#include "datasets/idx/idx.hpp"

namespace sslhost::digits {

idx::Set read_embedded();

}  // namespace sslhost::digits
