// SPDX-License-Identifier: Apache-2.0
#include "host/parallel/gradient_means.hpp"

#include <limits>
#include <utility>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include "sslhost/nn/noise.hpp"

namespace sslhost::host {

namespace {

constexpr int64_t kTogether = 1 << 20;  // numbers in a piece: 4 MB
constexpr auto kNone = std::numeric_limits<unsigned>::max();

}  // namespace

GradientMeans::GradientMeans(std::vector<Tensor> parameters, ProcessGroup& ranks)
    : parameters_(std::move(parameters)),
      ranks_(ranks),
      hooks_(parameters_.size(), kNone),
      gradients_(parameters_.size()) {
  int64_t numbers = kTogether;  // the first one opens a piece
  for (size_t nth = 0; nth < parameters_.size(); ++nth) {
    if (numbers >= kTogether) {
      pieces_.push_back({.first = nth, .end = nth});
      numbers = 0;
    }
    numbers += parameters_[parameter(nth)].numel();
    ++pieces_.back().end;
    piece_of_.push_back(pieces_.size() - 1);
  }
}

GradientMeans::~GradientMeans() {
  for (size_t i = 0; i < parameters_.size(); ++i)
    if (hooks_[i] != kNone) parameters_[i].remove_hook(hooks_[i]);
}

/// A method may set parameters free as it goes; a hook can only be on those that are.
void GradientMeans::add_hooks() {
  for (size_t nth = 0; nth < parameters_.size(); ++nth) {
    const auto i = parameter(nth);
    if (hooks_[i] == kNone && parameters_[i].requires_grad())
      hooks_[i] = parameters_[i].register_hook(
          [this, nth](const at::TensorBase& gradient) { arrived(nth, Tensor(gradient)); });
  }
}

void GradientMeans::begin() {
  add_hooks();
  gradients_.assign(parameters_.size(), {});
  for (auto& piece : pieces_) {
    piece = {.first = piece.first, .end = piece.end};
    for (auto nth = piece.first; nth < piece.end; ++nth)
      piece.missing += parameters_[parameter(nth)].requires_grad() ? 1 : 0;
  }
  next_ = 0;
}

/// In the thread that computes gradients: the only one of a device.
void GradientMeans::arrived(size_t nth, const Tensor& gradient) {
  if (!listening_ || !gradient.defined()) return;
  gradients_[nth] = gradient;
  --pieces_[piece_of_[nth]].missing;
  while (next_ < pieces_.size() && pieces_[next_].missing == 0) send(pieces_[next_++]);
}

void GradientMeans::send(Piece& piece) {
  const at::NoGradGuard no_gradients;
  std::vector<Tensor> flat;
  for (auto nth = piece.first; nth < piece.end; ++nth)
    if (gradients_[nth].defined()) flat.push_back(gradients_[nth].detach().reshape({-1}));
  if (&piece == &pieces_.front() && loss_.defined()) flat.push_back(loss_.detach().reshape({-1}));
  if (flat.empty()) return;
  piece.together = at::cat(flat);
  piece.sum = ranks_.begin_sum(piece.together);
}

void GradientMeans::receive(Piece& piece, Tensor& loss) {
  if (!piece.sum) return;
  piece.sum->wait();
  piece.together.div_(ranks_.size());
  int64_t first = 0;
  const auto take = [&](Tensor& tensor) {
    if (!tensor.defined()) return;
    const auto count = tensor.numel();
    tensor = piece.together.narrow(0, first, count).view(tensor.sizes());
    first += count;
  };
  for (auto nth = piece.first; nth < piece.end; ++nth) take(gradients_[nth]);
  if (&piece == &pieces_.front()) take(loss);
}

std::vector<Tensor> GradientMeans::of(const std::function<std::vector<Tensor>()>& compute,
                                      Tensor& loss) {
  begin();
  loss_ = loss;
  std::vector<Tensor> own;
  {
    listening_ = true;
    const detail::ScopeEnd deaf([this] { listening_ = false; });
    own = compute();
  }
  for (size_t i = 0; i < own.size(); ++i) gradients_[own.size() - 1 - i] = own[i];
  while (next_ < pieces_.size()) send(pieces_[next_++]);
  const at::NoGradGuard no_gradients;
  for (auto& piece : pieces_) receive(piece, loss);
  return {gradients_.rbegin(), gradients_.rend()};
}

}  // namespace sslhost::host
