// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether data are those of before: a split knows samples by their positions alone.

#include <string>

#include "sslhost/dataset.hpp"

#include "host/data/split.hpp"

namespace sslhost::host {

/// SHA-256, in hexadecimal, of the samples that the split uses, and of the labels that are read:
/// those of labeled, validation and test samples. On all threads; their number changes nothing.
std::string content_of(const Dataset& dataset, const Split& split);

}  // namespace sslhost::host
