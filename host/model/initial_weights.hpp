// SPDX-License-Identifier: Apache-2.0
#pragma once

// Weights that training begins with instead of drawn ones (--init): published ones, or those of a
// run.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sslhost/types.hpp"

namespace sslhost::host {

struct InitialWeights {
  std::filesystem::path file = {};
  std::string checksum = {};  ///< SHA-256 of the file, hexadecimal
  std::string network;        ///< as --model names it
  NamedTensors tensors;       ///< on the CPU, by the network's own names
  std::string head;           ///< the module of the network that gives classes
  /// That the head gives; empty: it is another task's.
  std::vector<std::string> classes;
  std::vector<int64_t> shape;              ///< [C,H,W] of the samples they were trained on
  std::vector<float> mean, std;            ///< by which those were normalized; empty: by none
  std::vector<std::string> left_out = {};  ///< tensors of the file that are not taken over
};

/// `source`: a name of `sslhost models`, a run folder, or a .safetensors file: published weights, a
/// run's model, or a run's model on features, whose encoder is meant then; a linear classifier of
/// its features becomes the head. Throws Error: usage for a name that is not here, storage for
/// a file that holds no network.
InitialWeights load_initial_weights(const std::string& source);

/// Leaves out a head that gives other classes, or the same in another order.
void keep_head_of(InitialWeights& weights, const std::vector<std::string>& classes);

}  // namespace sslhost::host
