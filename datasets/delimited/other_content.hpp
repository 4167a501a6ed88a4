// SPDX-License-Identifier: Apache-2.0
#pragma once

// What often lies in the place of data: it was fetched, but is not what it is called.

#include <string>
#include <string_view>

namespace sslhost::delimited {

/// In words: a web page, a Git LFS pointer or a ZIP archive; empty: none of them. `begin`: the
/// first bytes of a file, 4 at least.
std::string other_content(std::string_view begin);

}  // namespace sslhost::delimited
