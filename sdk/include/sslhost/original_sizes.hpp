// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "sslhost/export.hpp"

namespace sslhost {

/// In pixels; 0 x 0: not known.
struct PixelSize {
  int64_t width = 0;   ///< columns
  int64_t height = 0;  ///< rows

  /// width · height.
  int64_t pixels() const { return width * height; }
};

/// A second base of a DatasetReader whose samples had sizes of their own, as photos have, before
/// they were brought to one. For `sslhost data`, which looks for odd ones; a reader need not be it.
class SSLHOST_API OriginalSizes {
 public:
  virtual ~OriginalSizes() = default;
  /// One for each sample that the last load() gave: of train, then of test, then of unlabeled.
  /// Asked once, on the thread that called load().
  virtual std::vector<PixelSize> original_sizes() = 0;
};

}  // namespace sslhost
