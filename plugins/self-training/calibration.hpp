// SPDX-License-Identifier: Apache-2.0
#pragma once

// Temperature scaling: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On Calibration of Modern
// Neural Networks", arXiv:1706.04599v2 (ICML 2017), section 4.2.

#include "sslhost/types.hpp"

namespace self_training {

/// The T, [] in [1, 16], for which softmax(z/T) fits the labels best: least −log p(label), a mean
/// over samples that the network has not learned from. Logits [N,K], labels [N] int64, N >= 1.
/// Never below 1: few labels that are all met would ask for it, and networks that know their labels
/// by heart are too sure, not too modest.
sslhost::Tensor fitted_temperature(const sslhost::Tensor& logits, const sslhost::Tensor& labels);

}  // namespace self_training
