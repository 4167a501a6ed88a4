// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sslhost/engine.hpp"

#include "host/engine/memory_watch.hpp"
#include "host/engine/session.hpp"
#include "host/report/pictures.hpp"
#include "host/run/metrics_writer.hpp"
#include "host/run/run_folder.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost::host {

/// Writes what the trainer reports into the run folder, and passes it on to the observer, with what
/// is to be said of memory. Everything referred to must outlive this.
class RunFiles final : public TrainerEvents {
 public:
  RunFiles(const RunFolder& folder, const Session& session,
           const std::optional<MetricsState>& resume, Pictures& pictures, Observer& observer);
  void metrics(const MetricsRow& row, const Position& position, int64_t iterations) override;
  void checkpoint(const Checkpoint& state) override;
  void warning(const std::string& text) override { observer_.warning(text); }
  void figures(const std::vector<Figure>& figures, int64_t iteration) override {
    pictures_.of_figures(figures, iteration);
  }
  void continue_from(const Position& position);

 private:
  void look_at_memory(int64_t done, int64_t iterations);

  const RunFolder& folder_;
  const Session& session_;
  std::string split_hash_;
  RecordedOptions options_;
  MetricsWriter writer_;
  Pictures& pictures_;
  Observer& observer_;
  double last_seconds_ = 0;
  int64_t last_total_ = 0;
  MemoryWatch memory_;
  bool looked_ = false;
};

}  // namespace sslhost::host
