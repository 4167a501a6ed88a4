// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sslhost::host {

/// Asks the desktop to show an address. False where there is no desktop, or nothing to ask with.
/// Every user of the machine may see the address for a moment, in the list of processes.
bool open_browser(const std::string& address);

}  // namespace sslhost::host
