// SPDX-License-Identifier: Apache-2.0
#pragma once

// Encoders with the decoders that they are trained with, and the classifier on top.

#include <memory>
#include <vector>

#include "sslhost/build.hpp"
#include "sslhost/nn/layers.hpp"

#include "options.hpp"

namespace autoencoder_transfer {

using sslhost::Tensor;

class Autoencoder {
 public:
  virtual ~Autoencoder() = default;
  virtual Tensor reconstruct(const Tensor& images) = 0;  ///< [N,C,H,W] -> [N,C,H,W]
  /// Mean of (reconstruct(input) − target)² over images and pixels, [].
  virtual Tensor loss(const Tensor& input, const Tensor& target);
  virtual Tensor features(const Tensor& images) = 0;  ///< [N,C,H,W] -> [N,D]
  virtual int64_t width() const = 0;                  ///< D
  sslhost::Module& encoder() const { return *encoder_; }
  sslhost::Module& decoder() const { return *decoder_; }

 protected:
  std::shared_ptr<sslhost::Module> encoder_, decoder_;
};

/// Registers its modules as "encoder" and "decoder". What does not fit the task becomes a problem.
std::unique_ptr<Autoencoder> make_autoencoder(const Options& options, sslhost::Build& build);

/// Hidden layers of these widths, each Linear, ReLU, dropout; then Linear to K.
class Classifier final : public sslhost::Module {
 public:
  Classifier(int64_t inputs, const std::vector<int64_t>& widths, double dropout, int64_t classes);
  Tensor operator()(const Tensor& features) const;  ///< [N,D] -> logits [N,K]

 private:
  std::vector<std::shared_ptr<sslhost::Linear>> hidden_;
  std::vector<std::shared_ptr<sslhost::Dropout>> dropouts_;
  std::shared_ptr<sslhost::Linear> last_;
};

}  // namespace autoencoder_transfer
