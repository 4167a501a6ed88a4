// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a validation found, for people and for programs.

#include <string>
#include <vector>

#include "host/validate/validation.hpp"

namespace sslhost::host {

/// A line a check, and the commands that make a bad one again; `brief`: what passed is left out,
/// and of a file where all passed there is nothing.
std::string as_text(const FileReport& report, bool brief);
/// {"files": [{"file", "id", "good", "checks": [{"name", "level", "verdict", "cause", "because",
/// "seconds", "again", "debugger"}]}]}
std::string as_json(const std::vector<FileReport>& reports);
/// JUnit's XML, a suite a file.
std::string as_junit(const std::vector<FileReport>& reports);
/// Workflow commands of GitHub, which other CI systems read too. Their titles name the plugin, or
/// the file that is none.
std::string as_annotations(const FileReport& report);

}  // namespace sslhost::host
