// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sslhost::host {

/// What to do about a plugin that fails.
inline constexpr char kPluginsFault[] =
    "if the plugin is yours, docs/how-to/debug-a-plugin.md helps; else report it to its author";

}  // namespace sslhost::host
