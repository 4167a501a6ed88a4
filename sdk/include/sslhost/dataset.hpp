// SPDX-License-Identifier: Apache-2.0
#pragma once

// The interface of a dataset: decoded once, kept in its own type, and left to the host from there
// (splits, normalisation, streams). A reader has Options, describe and a constructor as a method
// has, and ends with SSLHOST_DATASET (plugin.hpp).

#include <string>
#include <vector>

#include "sslhost/error.hpp"
#include "sslhost/export.hpp"
#include "sslhost/options.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

struct Samples {
  Tensor data;    ///< [N,C,H,W], uint8 pixels or float32 features, on the CPU; may be mapped from a
                  ///< file, read only
  Tensor labels;  ///< [N] int64 in [0, K); undefined: there are none
  std::vector<std::string> names = {};  ///< of the samples, such as file names; empty: none
  int64_t size() const { return data.defined() ? data.size(0) : 0; }
};

/// For prediction any part will do, and no labels are needed.
struct Dataset {
  std::vector<std::string> classes = {};  ///< names, in label order; their number is K
  Samples train = {};                     ///< with labels
  Samples test = {};  ///< the official test part; may be empty, or without labels: then the split
                      ///< must hold one out
  Samples unlabeled = {};   ///< further samples, for the unlabeled pool alone; may be empty
  double scale = 1;         ///< methods see data · scale: 1/255 for 8-bit pixels
  std::string origin = {};  ///< citation
  std::string licence = {};
};

class SSLHOST_API DatasetReader {
 public:
  virtual ~DatasetReader() = default;
  /// Reads and checks everything below `path` (--data; empty when not given).
  /// Throws Error (data) naming file, offset, expected and found.
  virtual Dataset load(const std::string& path) = 0;
};

}  // namespace sslhost
