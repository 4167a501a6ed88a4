// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mean over the ranks of one optimizer's gradients, in sums that begin while autograd is still
// at work: parameters are divided into pieces of a few megabytes, from the last to the first, which
// is the order that a backward pass finds them in, and a piece is on its way as soon as it is
// complete. Pieces and their order never change, whatever comes first: all ranks add the same, and
// a run that goes on adds as it did before.

#include <functional>
#include <memory>
#include <vector>

#include "host/parallel/group.hpp"

namespace sslhost::host {

class GradientMeans {
 public:
  /// Puts a hook on each parameter, for as long as this lives.
  GradientMeans(std::vector<Tensor> parameters, ProcessGroup& ranks);
  ~GradientMeans();
  GradientMeans(const GradientMeans&) = delete;
  GradientMeans& operator=(const GradientMeans&) = delete;

  /// The means of what `compute` finds, one for each parameter, undefined where it has none;
  /// gradients that it makes by autograd are sent while it runs. `loss`, float32 [], becomes the
  /// mean of all ranks' in the same sums, unless it is undefined.
  std::vector<Tensor> of(const std::function<std::vector<Tensor>()>& compute, Tensor& loss);

 private:
  struct Piece {
    size_t first, end;     // parameters, counted from the last one
    size_t missing = 0;    // gradients that it waits for
    Tensor together = {};  // what is summed, flat
    std::unique_ptr<ProcessGroup::Sum> sum = {};
  };
  size_t parameter(size_t nth) const { return parameters_.size() - 1 - nth; }
  void add_hooks();
  void begin();
  void arrived(size_t nth, const Tensor& gradient);
  void send(Piece& piece);
  void receive(Piece& piece, Tensor& loss);

  std::vector<Tensor> parameters_;
  ProcessGroup& ranks_;
  std::vector<unsigned> hooks_;  // by parameter; kNone: it needed no gradient so far
  std::vector<Piece> pieces_;
  std::vector<size_t> piece_of_;   // of the nth parameter from the end
  std::vector<Tensor> gradients_;  // of the nth parameter from the end: own, then the mean
  Tensor loss_;                    // goes with the first piece
  size_t next_ = 0;                // piece to send
  bool listening_ = false;
};

}  // namespace sslhost::host
