// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folder `pictures` of a run: what was labeled, what the method made on its way, where the
// model errs. What the report shows of them is kept until it is written.

#include <cstdint>
#include <string>
#include <vector>

#include "sslhost/figures.hpp"

#include "host/engine/session.hpp"
#include "host/evaluate/evaluate.hpp"
#include "host/run/metrics.hpp"
#include "host/report/report.hpp"
#include "host/report/image_grid.hpp"
#include "host/run/run_folder.hpp"
#include "host/trainer/trainer.hpp"

namespace sslhost::host {

class Pictures {
 public:
  /// Does nothing where option `pictures` is off. Everything referred to must outlive this. Every
  /// call throws Error (storage) for what cannot be written.
  Pictures(const RunFolder& folder, const Session& session);

  /// labeled.png, and augmentations.png where images are augmented.
  void of_data();
  /// NAME-ITERATION.png or .svg of each figure.
  void of_figures(const std::vector<Figure>& figures, int64_t iteration);
  /// Everything about the weights that count, and the curves: mistakes.png, decision-map.svg, NAME.png,
  /// confusion.svg, errors.svg, losses.svg.
  void of_result(Trainer& trainer, const Evaluation& test, const std::vector<MetricsRow>& metrics);

  const std::vector<ReportPicture>& for_report() const { return for_report_; }

 private:
  void write(const std::string& name, const std::string& bytes) const;
  void show_png(const std::string& name, const ImageGrid& sheet, std::string title,
                std::string caption);
  std::string file_of(const Figure& figure, std::string& ending) const;
  void mistakes(const Evaluation& test);
  void final_figures(const std::vector<Figure>& figures);
  void plane(Trainer& trainer, const std::vector<Figure>& figures);

  const RunFolder& folder_;
  const Session& session_;
  std::vector<ReportPicture> for_report_;
};

}  // namespace sslhost::host
