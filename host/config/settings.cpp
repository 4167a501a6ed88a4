// SPDX-License-Identifier: Apache-2.0
#include "host/config/settings.hpp"

#include <algorithm>
#include <cmath>

#include "sslhost/error.hpp"

#include "host/data/label_ids.hpp"

namespace sslhost::host {

namespace {

void describe_data(OptionList& list, Settings& v) {
  using Draw = SplitRequest::Draw;
  list.add("plugin", v.plugin, "method to train with; `sslhost plugins` lists them");
  list.add("dataset", v.dataset,
           "dataset plugin; auto: the one that recognizes what --data names, without --data the "
           "embedded digits, with recipe METHOD/digits if there is one");
  list.add("data", v.data, "folder or file that the dataset is read from").path();
  list.add("labels", v.labels,
           "labeled samples in all; -1: all there are, 0: all of data of your own (with unlabeled "
           "samples, or without a test part), else five for each class")
      .at_least(-1)
      .unit("samples");
  list.add("label_ids", v.label_ids,
           "file with the labeled samples, the name or number of one on each line: `labels` "
           "and `draw` then mean nothing; `pictures/mistakes.csv` and split.json have names and "
           "numbers")
      .path();
  list.add("split", v.split,
           "split.json of a run, or its folder: the same samples are labeled, unlabeled, for "
           "validation and for the test; options that draw a split then mean nothing")
      .path();
  list.choice(
      "draw", v.draw,
      {{"balanced", Draw::balanced}, {"random", Draw::random}, {"medoids", Draw::medoids}},
      "labeled samples: equally many of each class, drawn at random, or the medoids of clusters, "
      "chosen as `sslhost suggest` does without a look at labels");
  list.add("split_seed", v.split_seed, "seed of the split; -1: the run's seed").at_least(-1);
  list.add("unlabeled", v.unlabeled, "unlabeled samples to keep; -1: all")
      .at_least(-1)
      .unit("samples");
  list.add("overlap", v.overlap,
           "labeled images are in the unlabeled pool too (without their labels)");
  list.add("validation", v.validation,
           "samples of the training part kept for validation; below 1: that share of it")
      .at_least(0)
      .unit("samples");
  list.add("holdout", v.holdout,
           "> 0: that many training samples are the test part instead of the official one; 0: a "
           "quarter of them, 1000 at most, where there is no labeled test part")
      .at_least(0)
      .unit("samples");
  list.group("", v.preparation);
}

void describe_training(OptionList& list, Settings& v) {
  list.add("encoder", v.encoder,
           "pretrained network whose features methods see instead of pictures: a name of `sslhost "
           "models`, a .safetensors file, none, or auto: efficientnet-lite0 for pictures of your "
           "own, where its weights are here and no network is named");
  list.add("init", v.init,
           "weights that the network of --model begins with, all layers of which are trained: a "
           "name of `sslhost models`, a .safetensors file, or a run; model, mean and std follow "
           "them where they are not given");
  list.add("freeze_statistics", v.freeze_statistics,
           "batch norm uses the statistics that init brought, in training too: for small batches");
  list.add("finetune", v.finetune,
           "a finished run: its data, split and seed, its network as init, method supervised, "
           "freeze_statistics, and a small learning rate, each where not given otherwise")
      .path();
  list.add(
      "model", v.model,
      "network: mlp-A-B-..., mlp-plain-A-B-... or mlp-wn-A-B-... (hidden widths), linear, cnn-4x4, "
      "cnn-3x3, cnn-3x3-dropout, cnn-wn, resnet-18, resnet-18-cifar, wrn-28-2; "
      "for photos resnet-34, resnet-50, efficientnet-lite0 to -lite2, convnext-tiny, vit-small, "
      "dinov2-small, dinov2-small-reg");
  list.add("seed", v.seed, "seed of weights, batches and noise").at_least(0);
  list.add("device", v.device, "auto, cpu, cuda, cuda:N or pretend");
  list.choice(
      "residency", v.residency,
      {{"auto", Residency::automatic}, {"device", Residency::device}, {"host", Residency::host}},
      "where samples lie: in the device's memory, or in host memory or mapped from a file, "
      "read ahead batch by batch; auto: on the device, where they take at most half of it");
  list.add("precision", v.precision,
           "numbers that products take in training: fp32, tf32 (CUDA) or bf16");
  list.add("graphs", v.graphs,
           "on a GPU, replay steps from one recording (a CUDA graph) where the method allows it");
  list.add("threads", v.threads,
           "CPU threads; 0: one for small networks, else one for each core, of several processes "
           "on a machine "
           "their share")
      .at_least(0)
      .at_most(1024);
  list.add("timeout", v.timeout,
           "of several processes (torchrun, srun): how long one waits for the others")
      .at_least(1)
      .at_most(86400)
      .unit("seconds");
}

/// What is written when, and which weights a phase ends with.
void describe_intervals(OptionList& list, Settings& v) {
  list.add("out", v.out, "run folder; empty: runs/METHOD-DATASET-sSEED-TIME");
  list.add("log_every", v.log_every, "iterations between two lines of the metrics").at_least(1);
  list.add("eval_every", v.eval_every, "iterations between evaluations; 0: a tenth of the phase")
      .at_least(0);
  list.add("checkpoint_every", v.checkpoint_every,
           "iterations between checkpoints; 0: only when stopped")
      .at_least(0);
  list.choice("select", v.select,
              {{"last", Settings::Select::last}, {"best", Settings::Select::best}},
              "weights that a phase ends with: the last, or the best on the validation part");
  list.choice("monitor", v.monitor,
              {{"validation_error", Settings::Watched::error},
               {"validation_loss", Settings::Watched::loss}},
              "what select, early_stop and plateau schedules go by, in phases that do not say so "
              "themselves");
  list.add("early_stop", v.early_stop,
           "evaluations without improvement that end a phase; 0: none do")
      .at_least(0)
      .unit("evaluations");
  list.add("average", v.average,
           "decay of the averaged weights that are tested and saved; 0: the weights as trained")
      .at_least(0)
      .below(1);
  list.choice(
          "average_warm_up", v.average_warm_up,
          {{"tenth", Settings::AverageWarmUp::tenth}, {"mean", Settings::AverageWarmUp::mean}},
          "how averaged weights begin: tenth, after n updates the average reaches back over n/9 "
          "at most, whatever the decay (0.9999 is itself after 90,000); mean, it is the plain "
          "mean of all weights so far until it reaches back 1/(1 - average) updates")
      .source("tenth: TensorFlow's ExponentialMovingAverage; mean: Tarvainen & Valpola 2017");
  list.add("pictures", v.pictures, "draw pictures into the run folder and its report");
}

}  // namespace

void Settings::describe(OptionList& list, Settings& v) {
  describe_data(list, v);
  describe_training(list, v);
  describe_intervals(list, v);
}

int64_t Settings::validation_samples(int64_t train_size) const {
  if (validation > 0 && validation < 1)
    return std::max<int64_t>(1, std::llround(validation * static_cast<double>(train_size)));
  if (validation != std::floor(validation) || validation > 1e15)
    throw Error(ExitCode::usage,
                {"option validation", "a whole number of samples, or a share below 1",
                 sslhost::to_text(validation), "--validation 5000, or --validation 0.15"});
  return static_cast<int64_t>(validation);
}

SplitRequest Settings::split_request(const SplitSource& source, bool has_labeled_test) const {
  const auto size = source.train_size();
  constexpr int64_t kMostHeldOut = 1000;  // an error of 5 % is then known to 1.4 points
  SplitRequest request = {.labels = labels > 0 ? labels : 5 * source.classes,
                          .draw = draw,
                          .seed = static_cast<uint64_t>(split_seed >= 0 ? split_seed : seed),
                          .validation = validation_samples(size),
                          .holdout = holdout,
                          .unlabeled = unlabeled,
                          .overlap = overlap};
  constexpr int64_t kFew = 200;  // of which chance would take too many of one class
  request.validation_in_shares = !has_labeled_test && request.validation < kFew;
  if (holdout == 0 && !has_labeled_test) {
    request.holdout = std::min(kMostHeldOut, (size + 3) / 4);
    request.holdout_in_shares = request.holdout < kFew;
  }
  if (!label_ids.empty()) {
    request.named = read_label_ids(label_ids, source);
    request.labels = static_cast<int64_t>(request.named.size());
    request.draw = SplitRequest::Draw::named;
    if (holdout == 0 && !has_labeled_test)
      request.holdout = std::min(request.holdout, std::max<int64_t>(1, size - request.labels));
    return request;
  }
  if (labels < 0 || (labels == 0 && (source.unlabeled_size > 0 || !has_labeled_test))) {
    // A balanced draw of all would fail wherever one class is larger than another. At least 1, so
    // that too large a holdout or validation part is what gets reported.
    request.labels = std::max<int64_t>(1, size - request.holdout - request.validation);
    request.draw = SplitRequest::Draw::random;
  }
  return request;
}

}  // namespace sslhost::host
