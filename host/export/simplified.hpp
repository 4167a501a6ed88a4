// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/export/operations.hpp"

namespace sslhost::host {

/// The same without what changes no number (layouts in memory, copies, dropout) and without what
/// the logits do not depend on.
Operations simplified(Operations all);

}  // namespace sslhost::host
