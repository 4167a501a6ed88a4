// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace sslhost::host {

/// What `program` prints, once it has ended. It works at a lower priority, and is asked to end when
/// `stop` is set, or this process dies. said(its last line of standard error) is called now and
/// then. Throws Error (data) with that line where it fails, and when it was stopped. `with_gaps`:
/// exit code 3 after some output is no failure, as of `predict` where single files cannot be read.
std::string child_output(const std::filesystem::path& program,
                         const std::vector<std::string>& arguments, const std::atomic<bool>& stop,
                         const std::function<void(const std::string&)>& said = {},
                         bool with_gaps = false);

}  // namespace sslhost::host
