// SPDX-License-Identifier: Apache-2.0
#pragma once

// A run that goes on must be the run that was begun.

#include <filesystem>
#include <optional>
#include <string>

#include "host/config/plan.hpp"
#include "host/config/recorded_options.hpp"
#include "host/engine/session.hpp"
#include "host/run/record.hpp"

namespace sslhost::host {

/// Whoever edits a run's options and resumes it would get neither the one run nor the other. The
/// checkpoint may be of an earlier version, with names of that time. Throws Error (storage).
void require_same(const std::filesystem::path& config, const RecordedOptions& begun_with,
                  Plan& plan);

/// Throws Error (storage) for the split of another run.
void require_same_split(const std::filesystem::path& file, const std::string& begun_with,
                        const std::string& now);

/// Throws Error (storage): a run that goes on with other samples is neither the one nor the other.
[[noreturn]] void refuse_other_data(const std::filesystem::path& split_file,
                                    const std::string& begun_with, const std::string& now);

/// Which libraries the plan's plugins are. Where `begun` names others that came before: noted
/// there, with a warning, if they may change; else throws Error (storage).
void settle_plugins(Session& session, const std::optional<Begun>& begun);

/// What to warn of where a run goes on with another processor, number of threads or kernels: sums
/// are made in another order there. Empty where it is as it was, or the record did not say.
std::string other_device_text(const RunRecord::Device& begun, const RunRecord::Device& now);

}  // namespace sslhost::host
