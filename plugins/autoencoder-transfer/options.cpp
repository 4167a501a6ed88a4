// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <charconv>
#include <stdexcept>

namespace autoencoder_transfer {

namespace {

/// A phase's own words around the optimizer's, which are shared.
struct Described {
  PhaseOptions& phase;
  const char *what, *samples, *best;
  static void describe(sslhost::OptionList& list, Described& d) {
    list.add("iterations", d.phase.iterations, d.what).at_least(0).at_most(1e9).unit("iterations");
    list.add("batch", d.phase.batch, d.samples).at_least(1).at_most(1 << 20).unit("samples");
    list.add("keep_best", d.phase.keep_best, d.best);
    list.group("", d.phase.optimizer);
  }
};

void describe_networks(sslhost::OptionList& list, Options& v) {
  list.choice("architecture", v.encoder, {{"model", Encoder::model}, {"conv", Encoder::conv}},
              "the features of --model, with a decoder of two linear layers (of networks whose "
              "features are a mean over positions, for each position before that mean); or two "
              "convolutions 3x3, each with ReLU and pooling, and two transposed ones back");
  list.add("encoder_width", v.encoder_width, "architecture conv: channels of the first convolution")
      .at_least(1)
      .at_most(4096);
  list.add("code_channels", v.code_channels,
           "architecture conv: channels of the second convolution")
      .at_least(1)
      .at_most(4096);
  list.choice(
      "features", v.features, {{"code", Features::code}, {"early", Features::early}},
      "architecture conv: the classifier sees the code; or the two convolutions followed by one "
      "pooling, without ReLUs, as a published program does");
  list.choice(
      "code", v.code, {{"relu", Code::relu}, {"linear", Code::linear}},
      "architecture conv: the decoder sees the code after its ReLU, as published; or before it, "
      "which transfers better. The classifier sees it after");
  list.choice("output", v.output, {{"linear", Output::linear}, {"sigmoid", Output::sigmoid}},
              "last layer of the decoder; sigmoid reaches pixels in (0, 1) only");
  list.add("noise", v.noise,
           "standard deviation of Gaussian noise that the encoder's input has and the target has "
           "not")
      .at_least(0)
      .unit("pixel")
      .source("Vincent et al. 2010, section 3.3");
  list.add(
      "head", v.head,
      "hidden widths of the classifier, such as 1024-512, each with ReLU; empty: a linear one");
  list.add("head_dropout", v.head_dropout, "dropout after each hidden layer of the classifier")
      .at_least(0)
      .below(1);
  list.add("cache", v.cache,
           "keep the frozen encoder's features of the labeled images, where these are not "
           "augmented; the results are the same to the bit, the memory is not");
}

}  // namespace

void describe(sslhost::OptionList& list, Options& v) {
  describe_networks(list, v);
  Described reconstruct{
      v.reconstruct,
      "phase 1: reconstruction of unlabeled images; 0: none, and the classifier's phase trains the "
      "encoder too, from scratch",
      "phase 1: unlabeled samples in a batch; at most the unlabeled pool is taken",
      "phase 1 ends with the weights of the pass over the pool that had the lowest loss"};
  list.group("reconstruct", reconstruct);
  list.group("", v.classify);
  list.add("classify_keep_best", v.classify_keep_best,
           "phase 2 ends with the weights that had the lowest validation loss");
  Described finetune{v.finetune,
                     "phase 3: encoder and classifier together, on the labeled images; 0: none",
                     "phase 3: labeled samples in a batch; at most the labeled pool is taken",
                     "phase 3 ends with the weights that had the lowest validation loss"};
  list.group("finetune", finetune);
  list.add("finetune_encoder_factor", v.finetune_encoder_factor,
           "phase 3: the encoder's learning rate in units of finetune_learning_rate, which is the "
           "classifier's")
      .above(0);
}

std::vector<int64_t> widths_of(const std::string& text) {
  std::vector<int64_t> widths;
  const char *at = text.data(), *end = text.data() + text.size();
  while (at != end) {
    int64_t width = 0;
    const auto [stop, error] = std::from_chars(at, end, width);
    if (error != std::errc() || width < 1 || width > 1 << 16 || (stop != end && *stop != '-') ||
        stop + 1 == end)
      throw std::invalid_argument(
          "expected widths such as 1024-512, each from 1 to 65536; found '" + text + "'");
    widths.push_back(width);
    at = stop == end ? end : stop + 1;
  }
  return widths;
}

}  // namespace autoencoder_transfer
