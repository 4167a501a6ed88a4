// SPDX-License-Identifier: Apache-2.0
#pragma once

// What was read, whatever it was read from: a dataset without LibTorch.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sslhost::table {

struct Part {
  std::shared_ptr<const float> values;  ///< rows × features, perhaps mapped from a file
  int64_t rows = 0;
  std::vector<int64_t> labels = {};     ///< into Content::classes; empty: none
  std::vector<std::string> names = {};  ///< empty: none
};

struct Content {
  std::vector<int64_t> shape;  ///< of a sample, [C,H,W]
  std::vector<std::string> classes = {};
  Part train = {}, test = {}, unlabeled = {};
  std::vector<std::string> notes = {}, warnings = {};
  std::string knowledge = {};  ///< Dataset::knowledge
};

/// Values that live as long as they are looked at.
inline std::shared_ptr<const float> owned(std::vector<float> values) {
  const auto all = std::make_shared<const std::vector<float>>(std::move(values));
  return {all, all->data()};
}

}  // namespace sslhost::table
