// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

namespace sgan {

void describe(sslhost::OptionList& list, Options& v) {
  constexpr auto kPaper = "Salimans et al. 2016, arXiv:1606.03498v1, ";
  list.group("", v.training);
  list.add("unlabeled_batch", v.unlabeled_batch,
           "unlabeled samples in a batch, U, and as many generated ones; at most the unlabeled "
           "pool is taken")
      .at_least(1)
      .at_most(1 << 20)
      .unit("samples");
  list.add("unlabeled_weight", v.unlabeled_weight,
           "factor of the unsupervised loss: unlabeled samples are real, generated ones are not")
      .at_least(0)
      .source(std::string(kPaper) + "section 5");
  list.choice(
          "generator_loss", v.generator_loss,
          {{"plain", GeneratorLoss::plain}, {"feature-matching", GeneratorLoss::feature_matching}},
          "what the generator is after: that its samples are taken for real, or that their mean "
          "features are those of real samples")
      .source(std::string(kPaper) + "section 3.1");
  list.add(
      "generator", v.generator,
      "generator network: dcgan (images of 16 to 256 pixels a side), dcgan-28, dcgan-32, "
      "dcgan-64, dcgan-224, mlp-A-B-... (hidden widths); auto: the dcgan-... of that size or "
      "else dcgan, mlp-500-500 for images below 16 pixels, mlp-128-128 for points and features");
  list.add("latent", v.latent, "length of the generator's input noise, Z")
      .at_least(1)
      .at_most(1 << 16);
  list.choice("latent_noise", v.noise, {{"uniform", Noise::uniform}, {"normal", Noise::normal}},
              "distribution of the generator's input: uniform in [0, 1), or N(0, 1)");
  list.group("generator", v.generator_optimizer);
  list.choice(
      "generated_images", v.images, {{"fresh", Images::fresh}, {"shared", Images::shared}},
      "generated samples in the generator's update: drawn anew, or those that the classifier "
      "has just been trained against");
  list.choice(
      "bn_stats", v.statistics,
      {{"all", Statistics::all},
       {"labeled", Statistics::labeled},
       {"unlabeled", Statistics::unlabeled}},
      "passes that update the classifier's running statistics of batch norm: every one, "
      "generated samples included (as published implementations do), or those of one stream");
  list.add("data_init", v.data_init,
           "start weight-normalized classifiers from the statistics of 500 unlabeled samples; no "
           "effect on others")
      .source("Salimans & Kingma 2016, arXiv:1602.07868v3, section 3");
}

}  // namespace sgan
