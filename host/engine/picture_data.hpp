// SPDX-License-Identifier: Apache-2.0
#pragma once

// From tensors to what the report room draws: pixels, rows of images, points of a plane.

#include <functional>
#include <optional>
#include <vector>

#include "sslhost/figures.hpp"

#include "host/data/scale.hpp"
#include "host/engine/session.hpp"
#include "host/evaluate/mistakes.hpp"
#include "host/report/plane.hpp"
#include "host/report/sheet.hpp"

namespace sslhost::host {

using Predict = std::function<Tensor(const Tensor&)>;

/// Whether samples are pictures: more than one pixel, and not a point of a plane.
bool has_pixels(const Task& task);
/// Whether a sample is two features.
bool is_plane(const Task& task);

/// [N,C,H,W] as methods see them -> 8 bits; what lies outside of [0,1] is cut off.
Images images_of(const Tensor& seen, const Scale& scale);

/// One row a class, with at most `per_class` images of at most `most_classes` classes.
Sheet labeled_sheet(const Session& session, int64_t per_class, int64_t most_classes);

/// Two rows, or one, for each of a few labeled samples: the image, and draws of its weak and its
/// strong views, as far as the run has any. No rows where it has none.
Sheet augmentation_sheet(const Session& session, int64_t samples, int64_t draws);

/// Captions say true class, an arrow, predicted class, and its probability below.
Sheet mistakes_sheet(const Session& session, const std::vector<Mistake>& mistakes);

/// Points of samples [N,...] of two values each, with labels [N] where there are any.
std::vector<PlanePoint> points_of(const Tensor& samples, const Tensor& labels = {});
/// Those of a figure, in the data's own units where they are such samples.
std::vector<PlanePoint> points_of(const Figure& figure, const Session& session);
/// Training data, labeled samples, and regions of what `predict` says.
Plane plane_of(const Session& session, const Predict& predict);

/// Whether a figure is points: said so by its shape, or in a task of two features.
bool is_points(const Figure& figure, const Task& task);

}  // namespace sslhost::host
