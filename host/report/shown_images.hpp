// SPDX-License-Identifier: Apache-2.0
#pragma once

// What people see of samples: the dataset's own pictures where methods saw features of them.

#include "host/data/sample_storage.hpp"
#include "host/data/scale.hpp"
#include "host/report/image_grid.hpp"
#include "host/report/picture_inputs.hpp"

namespace sslhost::host {

/// [N,C,H,W] as methods see them -> 8 bits; what lies outside of [0,1] is cut off.
Images images_of(const Tensor& seen, const Scale& scale);

/// Rows `rows` [n] of stored pictures, reduced to 96 pixels where they are larger; `scale` brings
/// what is stored to [0,1].
Images thumbnails(const SampleStorage& pictures, const Tensor& rows, double scale);

/// Of the pools and of the test part, by their rows in the data [n]; large pictures reduced to 96
/// pixels.
Images pool_images(const PictureInputs& inputs, const Tensor& rows);
Images test_images(const PictureInputs& inputs, const Tensor& rows);

}  // namespace sslhost::host
