// SPDX-License-Identifier: Apache-2.0
#pragma once

// The host's own options: data, split, network, device, and what is written when. A method's
// options stand beside them in one name space, described the same way.

#include <cstdint>
#include <string>

#include "sslhost/options.hpp"

#include "host/data/preparation.hpp"
#include "host/data/residency.hpp"
#include "host/data/split.hpp"

namespace sslhost::host {

struct Settings {
  std::string plugin;
  std::string dataset = "auto";
  std::string data;
  int64_t labels = 0;
  std::string label_ids;
  std::string split;
  SplitRequest::Draw draw = SplitRequest::Draw::balanced;
  int64_t split_seed = -1;
  int64_t unlabeled = -1;
  bool overlap = true;
  double validation = 0;  ///< samples, or below 1 a share of the training part
  int64_t holdout = 0;
  Preparation preparation;
  std::string encoder = "auto";
  std::string init;
  bool freeze_statistics = false;
  std::string finetune;
  std::string model = "mlp-256-256";
  int64_t seed = 0;
  std::string device = "auto";
  Residency residency = Residency::automatic;
  std::string precision = "fp32";
  int64_t threads = 0;
  int64_t timeout = 60;
  std::string out;
  bool graphs = true;
  int64_t log_every = 50;
  int64_t eval_every = 0;
  int64_t checkpoint_every = 1000;
  enum class Select { last, best };
  Select select = Select::last;
  enum class Watched { error, loss };
  Watched monitor = Watched::error;
  int64_t early_stop = 0;
  double average = 0;
  enum class AverageWarmUp { tenth, mean };
  AverageWarmUp average_warm_up = AverageWarmUp::tenth;
  bool pictures = true;

  static void describe(OptionList& list, Settings& v);
  /// What a split is drawn from, once the data are known. Throws Error (usage).
  SplitRequest split_request(const SplitSource& source, bool has_labeled_test) const;

 private:
  int64_t validation_samples(int64_t train_size) const;
};

}  // namespace sslhost::host
