// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a method needs is data: for each phase its streams and length, known before anything is
// built. What a method does not declare here it cannot reach in its steps.

#include <cstdint>
#include <string>
#include <vector>

#include <c10/core/Device.h>

namespace sslhost {

enum class Pool { labeled, unlabeled };
enum class Augment { none, weak, strong };  ///< what they mean is the recipe's affair

struct View {
  std::string name = "plain";
  Augment augment = Augment::none;
};

/// One source of batches. Two streams of one pool are two independent draws; all views of one
/// stream show the same samples.
struct Stream {
  std::string name = {};
  Pool pool = Pool::labeled;
  int64_t batch =
      0;  ///< samples a step, > 0; may exceed the pool (a batch then spans several passes over it)
  std::vector<View> views = {View{}};
  bool index = false;  ///< whether the positions of the samples in their (shuffled) pool are wanted
};

struct Phase {
  std::string name = "train";
  int64_t iterations = 0;  ///< 0: begin() does it all
  std::vector<Stream> streams = {};
  bool evaluate = true;  ///< predict() means something in this phase
};

/// The problem at hand, the same for every method.
struct Task {
  int64_t classes = 0;                          ///< K
  int64_t channels = 0, height = 0, width = 0;  ///< C, H, W
  int64_t labeled = 0, unlabeled = 0;           ///< pool sizes
  /// Root mean square distance of an unlabeled image, as methods see it, from the mean image
  /// (sample of at most 4,096): the length that perturbations are measured in. Unlike the norm it
  /// does not change with the pixels' origin.
  double spread = 0;
  c10::Device device = c10::kCPU;

  int64_t inputs() const { return channels * height * width; }
};

}  // namespace sslhost
