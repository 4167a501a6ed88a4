// SPDX-License-Identifier: Apache-2.0
#pragma once

// From tensors to what is drawn: pixels, grids of images, points of a decision map.

#include <vector>

#include "sslhost/figures.hpp"

#include "host/evaluate/confident_errors.hpp"
#include "host/evaluate/predictor.hpp"
#include "host/report/decision_map.hpp"
#include "host/report/image_grid.hpp"
#include "host/report/picture_inputs.hpp"
#include "host/report/shown_images.hpp"

namespace sslhost::host {

/// " Classes by number: 0 name, 3 name." of those whose names a picture shows as numbers; or empty.
std::string class_legend(const PictureInputs& inputs, int64_t most_classes);

/// One row a class, with at most `per_class` images of at most `most_classes` classes.
ImageGrid labeled_grid(const PictureInputs& inputs, int64_t per_class, int64_t most_classes);

/// Two rows, or one, for each of a few labeled samples: the image, and draws of its weak and its
/// strong views, as far as the run has any. No rows where it has none.
ImageGrid augmentation_grid(const PictureInputs& inputs, int64_t samples, int64_t draws);

/// Captions say true class, an arrow, predicted class, and its probability below.
ImageGrid confident_errors_grid(const PictureInputs& inputs,
                                const std::vector<ConfidentError>& errors);

/// The same as CSV, with the names of the samples where they have any.
std::string confident_errors_csv(const PictureInputs& inputs,
                                 const std::vector<ConfidentError>& errors);

/// Points of samples [N,...] of two values each, with labels [N] where there are any.
std::vector<MapPoint> points_of(const Tensor& samples, const Tensor& labels = {});
/// Those of a figure, in the data's own units where they are such samples.
std::vector<MapPoint> points_of(const Figure& figure, const PictureInputs& inputs);
/// Training data, labeled samples, and regions of what is predicted.
DecisionMap decision_map_of(const PictureInputs& inputs, const Predictor& predictor);

/// Whether a figure is points: by its shape [N,2], or as samples of a task of two features.
bool is_points(const Figure& figure, const Task& task);

}  // namespace sslhost::host
