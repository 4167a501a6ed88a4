// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a method needs is data: for each phase its streams and length, known before anything is
// built. What a method does not declare here it cannot reach in its steps.

#include <cstdint>
#include <string>
#include <vector>

#include <c10/core/Device.h>

namespace sslhost {

/// The samples that have labels, and those that methods see without.
enum class Pool { labeled, unlabeled };
/// How much a view is changed; what each means is the recipe's affair.
enum class Augment { none, weak, strong };

/// What is done to a stream's images before a method sees them. Weak is what `--weak` says, which
/// is nothing unless a recipe or a user says otherwise.
struct View {
  std::string name = "weak";        ///< as Pick::view has it
  Augment augment = Augment::weak;  ///< how much it changes samples
};

/// One source of batches. Two streams of one pool are two independent draws; all views of one
/// stream show the same samples.
struct Stream {
  std::string name = {};      ///< as Pick::stream has it
  Pool pool = Pool::labeled;  ///< which it draws from
  int64_t batch =
      0;  ///< samples a step, > 0; may exceed the pool (a batch then spans several passes over it)
  std::vector<View> views = {View{}};  ///< one at least
  bool index = false;  ///< whether the positions of the samples in their (shuffled) pool are wanted
};

/// Early stopping of a phase, by a value that falls when things go well. Plateau schedules go by it
/// too. A phase that leaves it empty is monitored as the host's options say.
struct Monitor {
  std::string value = {};  ///< a logged name (its mean since the last check), "validation_error" or
                           ///< "validation_loss"
  int64_t every = 0;       ///< iterations between two checks; 0: at every evaluation
  bool keep_best = false;  ///< the phase ends with the weights of its best check
  int64_t patience = 0;    ///< checks without improvement that end the phase; 0: none do
};

/// A part of training with streams and a length of its own; a method has one or several.
struct Phase {
  std::string name = "train";        ///< unique in the run
  int64_t iterations = 0;            ///< 0: begin() does it all, and there are no streams
  std::vector<Stream> streams = {};  ///< all that step() may ask for
  bool evaluate = true;              ///< predict() means something in this phase
  int64_t refresh_every = 0;         ///< iterations between two calls of Method::refresh(); 0: none
  Monitor monitor = {};              ///< early stopping
  /// A promise: each step asks the device for the same operators on the same memory, with the same
  /// numbers from the host. What changes is a tensor: batches, Step::iteration() and progress(),
  /// draws. The host may then record one step as a CUDA graph and replay it, without step(), after
  /// it compared the two; after refresh() it records anew.
  bool static_step = false;
};

/// What a sample is.
enum class DataKind {
  image,     ///< more than one pixel
  points,    ///< two numbers, which can be drawn in a plane
  features,  ///< any other vector: C numbers, H = W = 1
};

/// Numbers that products (linear layers, convolutions) take in a step. Weights, logits, losses and
/// updates are float32 in each.
enum class Precision {
  fp32,  ///< whole float32
  tf32,  ///< CUDA cards from 8.0 on: 10 binary digits behind the first
  bf16,  ///< 7 of them
};
/// Half a unit in the last place of numbers in [1, 2).
constexpr double rounding(Precision precision) {
  return precision == Precision::fp32 ? 0x1p-24 : precision == Precision::tf32 ? 0x1p-11 : 0x1p-8;
}

/// The problem at hand, the same for every method.
struct Task {
  int64_t classes = 0;                          ///< K
  int64_t channels = 0, height = 0, width = 0;  ///< C, H, W
  DataKind kind = DataKind::image;              ///< what a sample is
  int64_t labeled = 0, unlabeled = 0;           ///< pool sizes
  /// Root mean square distance of an unlabeled image, as methods see it, from the mean image
  /// (sample of at most 4,096): the length that perturbations are measured in. Unlike the norm it
  /// does not change with the pixels' origin.
  double data_rms = 0;
  /// What methods see of a pixel in [0,1] is (pixel − mean) / std of its channel; both empty: the
  /// pixel. For methods that make images.
  std::vector<float> mean = {}, std = {};  ///< [C] each
  bool augmented = false;  ///< weak views are drawn anew each time; else they are the plain images
  c10::Device device = c10::kCPU;         ///< of all tensors that a method gets
  Precision precision = Precision::fp32;  ///< of products in a step

  int64_t inputs() const { return channels * height * width; }  ///< numbers a sample
};

}  // namespace sslhost
