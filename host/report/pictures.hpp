// SPDX-License-Identifier: Apache-2.0
#pragma once

// The folder `pictures` of a run: what was labeled, what the method made on its way, where the
// model errs. Those that the report shows too are kept in memory until it is written.

#include <cstdint>
#include <string>
#include <vector>

#include "sslhost/figures.hpp"

#include "host/evaluate/evaluate.hpp"
#include "host/evaluate/predictor.hpp"
#include "host/report/image_grid.hpp"
#include "host/report/picture_inputs.hpp"
#include "host/report/report.hpp"
#include "host/report/shown_samples.hpp"
#include "host/run/metrics.hpp"
#include "host/run/run_folder.hpp"

namespace sslhost::host {

class Pictures {
 public:
  /// Everything referred to must outlive this. Every call throws Error (storage) for what cannot be
  /// written.
  Pictures(const RunFolder& folder, const PictureInputs& inputs)
      : folder_(folder), inputs_(inputs) {
    details_.data = data_summary(inputs_);
  }

  /// labeled.png, and augmentations.png where images are augmented.
  void of_data();
  /// NAME-ITERATION.png or .svg of each figure.
  void of_figures(const std::vector<Figure>& figures, int64_t iteration);
  /// Everything about the weights that the run ends with, and the curves: mistakes.csv,
  /// mistakes.png, decision-map.svg, NAME.png, confusion.svg, errors.svg, losses.svg. Evaluation
  /// mode must be on.
  void of_result(const Predictor& predictor, const Evaluation& test,
                 const std::vector<Figure>& figures, const std::vector<MetricsRow>& metrics);
  /// Samples by name, and unlabeled_predictions.csv. Evaluation mode must be on.
  void of_samples(const Predictor& predictor, const Evaluation& test, double temperature);

  const std::vector<ReportPicture>& for_report() const { return for_report_; }
  /// Of the data always, of samples after of_samples().
  const ReportDetails& details() const { return details_; }

 private:
  void write(const std::string& name, const std::string& bytes) const;
  void show_png(const std::string& name, const ImageGrid& grid, std::string title,
                std::string caption);
  std::string file_of(const Figure& figure, std::string& ending) const;
  void confident_errors_of(const Evaluation& test);
  void decision_map(const Predictor& predictor, const std::vector<Figure>& figures);
  void final_figures(const std::vector<Figure>& figures);
  void curves(const std::vector<MetricsRow>& metrics) const;

  const RunFolder& folder_;
  PictureInputs inputs_;
  std::vector<ReportPicture> for_report_;
  ReportDetails details_;
};

}  // namespace sslhost::host
