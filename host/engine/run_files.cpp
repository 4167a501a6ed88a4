// SPDX-License-Identifier: Apache-2.0
#include "host/engine/run_files.hpp"

#include <utility>

#include "host/engine/memory_of_run.hpp"
#include "host/log/bytes_text.hpp"
#include "host/run/checkpoint.hpp"

namespace sslhost::host {

RunFiles::RunFiles(const RunFolder& folder, const Session& session,
                   const std::optional<MetricsState>& resume, Pictures& pictures,
                   Observer& observer)
    : folder_(folder),
      session_(session),
      split_hash_(session.split.hash),
      options_(session.plan->deciding()),
      writer_(folder.path(), resume),
      pictures_(pictures),
      observer_(observer) {}

void RunFiles::metrics(const MetricsRow& row, const Position& position, int64_t iterations) {
  writer_.append(row);
  const double elapsed = position.seconds - last_seconds_;
  const auto done = static_cast<double>(position.total - last_total_);
  observer_.progress({.phase = row.phase,
                      .iteration = position.total,
                      .iterations = iterations,
                      .seconds = position.seconds,
                      .rate = elapsed > 0 ? done / elapsed : 0,
                      .values = row.values});
  look_at_memory(position.total, iterations);
  continue_from(position);
}

void RunFiles::checkpoint(const Checkpoint& state) {
  auto whole = state;
  whole.split_hash = split_hash_;
  whole.options = options_;
  whole.metrics = writer_.state();
  save_checkpoint(folder_.checkpoint(), whole);
}

void RunFiles::continue_from(const Position& position) {
  last_seconds_ = position.seconds;
  last_total_ = position.total;
}

/// What one iteration takes at its height has been taken by the first row.
void RunFiles::look_at_memory(int64_t done, int64_t iterations) {
  const auto resident = resident_bytes();
  const auto grows = memory_.look(done, iterations, resident, [] { return free_memory(); });
  if (!grows.empty()) observer_.warning(grows);
  if (std::exchange(looked_, true)) return;
  if (const auto free = free_memory(); free.bytes < resident / 20)
    observer_.warning("memory is short: " + bytes_text(free.bytes) + " are left " + free.limit +
                      ", and this run has " + bytes_text(resident) + ": " +
                      memory_of_run(session_));
}

}  // namespace sslhost::host
