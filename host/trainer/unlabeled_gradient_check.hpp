// SPDX-License-Identifier: Apache-2.0
#pragma once

// The classic defect of this field is a method that reads unlabeled images and learns nothing from
// them. In a few iterations of a phase this measures the gradient that its losses have with
// respect to those images. It changes no weight.

#include <cstdint>
#include <string>
#include <vector>

#include "sslhost/phase.hpp"
#include "sslhost/types.hpp"

namespace sslhost::host {

class UnlabeledGradientCheck {
 public:
  UnlabeledGradientCheck(const Phase& phase, c10::Device device);

  /// The first three iterations of a phase are checked, and one in each tenth.
  void begin_iteration(int64_t iteration);
  bool is_on() const { return on_; }

  /// What a method gets in an iteration that is checked: the same images, taking a gradient.
  Tensor watched(const Stream& stream, const Tensor& images);
  /// The images given out in this iteration, to be differentiated by as well.
  std::vector<Tensor> images() const;
  /// The stream of images that were written to; null: none.
  const Stream* written() const;
  /// Gradients in the order of images(); undefined ones count as zero.
  void note(const std::vector<Tensor>& gradients);
  /// An update came with gradients of the method's own: what they depend on is not seen.
  void cannot_tell() { tells_ = false; }

  /// What is wrong, by the iterations checked since findings were last made: a stream that was
  /// never read, or no gradient from any of them. (One stream alone may rightly give none: its
  /// images can serve as targets.) Empty, without waiting for the device, until enough were seen,
  /// some after the first fifth of the phase, and once something was found.
  std::vector<std::string> findings();

 private:
  struct Declared {
    const Stream* stream;
    bool read = false;  ///< since the last findings
  };
  struct Given {
    const Stream* stream;
    const void* source;
    Tensor images;
  };

  std::string phase_;
  int64_t tenth_;
  std::vector<Declared> streams_;
  Tensor squares_;  // float64 [], sum of the gradients' squares since the last findings
  std::vector<Given> given_;
  std::vector<int64_t> checked_;
  bool on_ = false;
  bool tells_ = true;  // since the last findings
  bool told_ = false;  // there were some
};

}  // namespace sslhost::host
