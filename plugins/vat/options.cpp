// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include "plugins/common/unlabeled_batch.hpp"

namespace vat {

namespace {

void describe_loss(sslhost::OptionList& list, Options& v) {
  constexpr auto kPaper = "Miyato et al. 2018, arXiv:1704.03976v2, ";
  common::add_unlabeled_batch(list, v.unlabeled_batch);
  list.add("epsilon", v.epsilon,
           "radius of the adversarial perturbation; 0: 0.2 for perceptrons on pixels, 0.3 for "
           "convolutions and for features [D,1,1], both relative")
      .at_least(0)
      .unit("see radius")
      .source(std::string(kPaper) + "eq. 5");
  list.add("xi", v.xi, "length of the trial perturbation of a power iteration")
      .above(0)
      .unit("see radius")
      .source(std::string(kPaper) + "eq. 12");
  list.choice("radius", v.radius, {{"relative", Radius::relative}, {"absolute", Radius::absolute}},
              "unit of epsilon and xi: relative to the data's rms distance (of an image "
              "from the mean image), or "
              "absolute as in the papers");
  list.add("weight", v.weight, "factor of the VAT loss")
      .at_least(0)
      .source(std::string(kPaper) + "eq. 8, alpha");
  list.add("entropy_weight", v.entropy_weight,
           "factor of the entropy of single clean predictions, which makes them sure; published "
           "with 1")
      .at_least(0)
      .source(
          std::string(kPaper) +
          "VAT+EntMin, R_cent = H(Y|X) (Grandvalet & Bengio 2004); vatent in the authors' code");
  list.choice("samples", v.samples,
              {{"unlabeled", sslhost::Pool::unlabeled}, {"labeled", sslhost::Pool::labeled}},
              "batch that the VAT loss is taken on; labeled: a regularizer of supervised training, "
              "no unlabeled samples are read");
  list.add("power_iterations", v.power_iterations, "power iterations for the adversarial direction")
      .at_least(1)
      .at_most(100)
      .source(std::string(kPaper) + "algorithm 1, K");
}

void describe_passes(sslhost::OptionList& list, Options& v) {
  list.choice("update", v.update, {{"joint", Update::joint}, {"alternating", Update::alternating}},
              "one update of cross entropy + VAT loss, or one each, the VAT loss on the weights "
              "just updated");
  list.choice("clean", v.clean, {{"constant", Clean::constant}, {"gradient", Clean::gradient}},
              "whether the clean prediction is a constant of the VAT loss or takes a gradient too");
  list.choice("bn_stats", v.statistics,
              {{"all", Statistics::all},
               {"labeled", Statistics::labeled},
               {"unlabeled", Statistics::unlabeled}},
              "passes that update batch norm's running statistics: every one, perturbed ones "
              "included, or the clean pass of one stream (labeled: the authors' code)");
  list.choice("pass_randomness", v.randomness,
              {{"shared", Randomness::shared}, {"independent", Randomness::independent}},
              "dropout and noise layers in the passes of one VAT step: the same draws (as in the "
              "authors' code), or new ones in each");
}

}  // namespace

void describe(sslhost::OptionList& list, Options& v) {
  list.group("", v.training);
  describe_loss(list, v);
  describe_passes(list, v);
}

}  // namespace vat
