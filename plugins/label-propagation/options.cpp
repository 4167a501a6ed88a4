// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <string>

namespace label_propagation {

void describe(sslhost::OptionList& list, Options& v) {
  const std::string paper = "Zhou et al. 2004, ";
  list.add("neighbors", v.neighbors,
           "nearest samples of the pools that a sample is connected with; one of the pools is its "
           "own first, as in scikit-learn; 0: 10, of small pools a twentieth of the samples, 5 at "
           "least")
      .at_least(0)
      .at_most(1000)
      .unit("samples");
  list.add("spread", v.spread,
           "how far labels reach: the share of its scores that a sample takes from its neighbors")
      .above(0)
      .at_most(0.999)
      .source(paper + "section 2, step 3, alpha");
  list.choice("metric", v.metric, {{"euclidean", Metric::euclidean}, {"cosine", Metric::cosine}},
              "distance of two samples; cosine: of their directions, for features of networks");
  list.choice("weights", v.weights, {{"gaussian", Weights::gaussian}, {"binary", Weights::binary}},
              "weight of an edge: exp(-d^2 / w^2), where half of the samples have their farthest "
              "neighbor within w; or 1")
      .source(paper + "section 2, step 1");
  list.choice(
      "edges", v.edges,
      {{"symmetric", Edges::symmetric}, {"mutual", Edges::mutual}, {"directed", Edges::directed}},
      "pairs that are connected: those where one is a neighbor of the other (twice as "
      "much where both are), those where both are, or as scikit-learn does: labels go to "
      "a sample from its neighbors and not back");
  list.add("class_mass", v.class_mass,
           "give each class the share of all scores that it has of the labels")
      .source("Zhu, Ghahramani, Lafferty 2003, eq. 9");
  list.add("tolerance", v.tolerance,
           "the solution is found when no score of a sample changes by more than that share of "
           "its largest one")
      .above(0)
      .below(1);
}

}  // namespace label_propagation
