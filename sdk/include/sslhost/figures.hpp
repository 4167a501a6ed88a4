// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ability "sslhost.figures/1" (Method::ability): pictures of what a method has learned, such as
// generated images or reconstructions. The host asks at every evaluation and draws them into the
// run folder.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace sslhost {

/// One picture file.
struct Figure {
  std::string name;     ///< of the file, without its ending: lower case letters, digits and '-'
  std::string caption;  ///< one line
  Tensor data;          ///< images [N,C,H,W] as methods see them, drawn as a grid; or points [N,2]
  int64_t columns = 8;  ///< of the grid
};

/// Pictures of what was learned, asked for on the training thread.
class SSLHOST_API Figures {
 public:
  static constexpr std::string_view kAbility = "sslhost.figures/1";  ///< the id for ability()

  virtual ~Figures() = default;
  /// In evaluation mode, without gradients. `images` are the same few test images each time,
  /// [n,C,H,W]. What is drawn at random must be drawn once, in build().
  virtual std::vector<Figure> figures(const Tensor& images) = 0;
};

}  // namespace sslhost
