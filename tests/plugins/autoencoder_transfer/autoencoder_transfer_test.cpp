// SPDX-License-Identifier: Apache-2.0
// What the method asks for and does in each phase: streams, optimizers, losses.
#include "plugins/autoencoder-transfer/autoencoder_transfer.cpp"  // NOLINT: an anonymous namespace

#include <gmock/gmock.h>

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/plugins/autoencoder_transfer/recorded.hpp"

namespace {

using sslhost::testing::RecordedBuild;
using sslhost::testing::RecordedStep;
using sslhost::testing::seed_libtorch;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Task kTask = {
    .classes = 3, .channels = 1, .height = 4, .width = 4, .labeled = 6, .unlabeled = 100};

Figures& figures_of(Method& method) {
  // The host asks through a pointer to const; drawing runs the networks.
  return *const_cast<Figures*>(static_cast<const Figures*>(method.ability(Figures::kAbility)));
}

class Transfer : public ::testing::Test {
 protected:
  std::vector<Phase> phases(const Task& task = kTask) const {
    return AutoencoderTransfer(o).phases(task);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& phase : phases()) all.push_back(phase.name);
    return all;
  }
  RecordedStep step(std::string_view phase) {
    seed_libtorch(5);
    method = std::make_unique<AutoencoderTransfer>(o);
    method->build(build);
    RecordedStep s(phase);
    s.u = at::rand({7, 1, 4, 4});
    s.x = at::rand({5, 1, 4, 4});
    s.y = at::arange(5).remainder(3);
    s.draw = at::randn({7, 1, 4, 4});
    method->step(s);
    return s;
  }
  const std::vector<sslhost::Module*>& trained(const RecordedStep& s) const {
    return build.optimizers.at(static_cast<size_t>(s.updates.at(0).optimizer)).second;
  }

  Options o;
  RecordedBuild build{kTask};
  std::unique_ptr<AutoencoderTransfer> method;
};

TEST_F(Transfer, ReconstructsThenClassifiesThenTrainsEverything) {
  EXPECT_THAT(names(), ElementsAre("reconstruct", "classify", "finetune"));
  o.finetune.iterations = 0;
  EXPECT_THAT(names(), ElementsAre("reconstruct", "classify"));
  o.reconstruct.iterations = 0;
  EXPECT_THAT(names(), ElementsAre("classify"));
}

TEST_F(Transfer, ReadsLabelsInNoPhaseThatReconstructs) {
  const auto all = phases();
  ASSERT_EQ(all[0].streams.size(), 1U);
  EXPECT_EQ(all[0].streams[0].pool, Pool::unlabeled);
  EXPECT_FALSE(all[0].evaluate) << "there is no classifier yet";
  for (const auto i : {1U, 2U}) EXPECT_EQ(all[i].streams.at(0).pool, Pool::labeled);
}

TEST_F(Transfer, BatchesAreAtMostThePools) {
  const auto all = phases();
  EXPECT_EQ(all[0].streams[0].batch, 100);
  EXPECT_EQ(all[1].streams[0].batch, 6);
  EXPECT_EQ(all[2].streams[0].batch, 6);
}

TEST_F(Transfer, EachPhaseIsJudgedByItsOwnLoss) {
  o.reconstruct.batch = 30;
  o.reconstruct.keep_best = o.classify_keep_best = true;
  const auto all = phases();
  EXPECT_EQ(all[0].monitor.value, "reconstruction");
  EXPECT_EQ(all[0].monitor.every, 4) << "batches of 30 in a pass over 100 images";
  EXPECT_TRUE(all[0].monitor.keep_best);
  EXPECT_EQ(all[1].monitor.value, "validation_loss");
  EXPECT_TRUE(all[1].monitor.keep_best);
  EXPECT_EQ(all[2].monitor.value, "") << "as the host's options say";
}

TEST_F(Transfer, ReconstructionIsTheMeanSquaredErrorOfPixels) {
  const auto s = step(kReconstruct);
  ASSERT_EQ(s.updates.size(), 1U);
  EXPECT_EQ(s.updates[0].term, "reconstruction");
  EXPECT_THAT(trained(s), ElementsAre(build.at("encoder"), build.at("decoder")));
  EXPECT_THAT(s.tracked, ElementsAre(build.at("encoder")));
}

TEST_F(Transfer, ACorruptedImageIsComparedWithTheCleanOne) {
  o.encoder = Encoder::conv;
  o.noise = 0.5;
  const auto s = step(kReconstruct);
  const auto loss = s.updates.at(0).loss;

  auto clean = o;
  clean.noise = 0;
  clean.finetune.iterations = 0;  // figures are drawn before any phase too
  AutoencoderTransfer plain(clean);
  RecordedBuild same(kTask);
  seed_libtorch(5);
  plain.build(same);
  const auto output = [&](const Tensor& input) {
    return figures_of(plain).figures(input).at(0).data.slice(0, 1, std::nullopt, 2);
  };
  double sum = 0;
  const auto difference = (output(s.u + 0.5 * s.draw) - s.u).flatten().to(at::kDouble);
  for (int64_t i = 0; i < difference.numel(); ++i) sum += std::pow(difference[i].item<double>(), 2);
  EXPECT_NEAR(loss.item<double>(), sum / static_cast<double>(difference.numel()), 1e-6);
}

TEST_F(Transfer, TheFrozenPhaseTrainsTheClassifierAlone) {
  const auto s = step(kClassify);
  EXPECT_THAT(trained(s), ElementsAre(build.at("classifier")));
  EXPECT_THAT(s.tracked, IsEmpty());
  for (const auto& p : build.at("encoder")->parameters()) {
    const auto gradient = torch::autograd::grad({s.updates.at(0).loss}, {p}, {}, /*retain=*/true,
                                                false, /*allow_unused=*/true)[0];
    EXPECT_FALSE(gradient.defined()) << "gradients of the encoder are not even computed";
  }
}

TEST_F(Transfer, FineTuningMayMoveTheEncoderAtARateOfItsOwn) {
  step(kFinetune);
  EXPECT_THAT(build.factors.at("finetune"), ElementsAre(1, 1));
  RecordedBuild slower(kTask);
  o.finetune_encoder_factor = 0.1;
  AutoencoderTransfer(o).build(slower);
  EXPECT_THAT(slower.factors.at("finetune"), ElementsAre(0.1, 1));
}

TEST_F(Transfer, FineTuningTrainsEncoderAndClassifier) {
  const auto s = step(kFinetune);
  EXPECT_THAT(trained(s), ElementsAre(build.at("encoder"), build.at("classifier")));
  EXPECT_THAT(s.tracked, ElementsAre(build.at("encoder")));
  EXPECT_EQ(s.updates.at(0).term, "cross_entropy");
}

TEST_F(Transfer, WithoutReconstructionEverythingIsTrainedFromScratch) {
  o.reconstruct.iterations = 0;
  const auto s = step(kClassify);
  EXPECT_THAT(trained(s), ElementsAre(build.at("encoder"), build.at("classifier")));
  EXPECT_FALSE(phases()[0].streams[0].index) << "nothing to cache";
}

TEST_F(Transfer, FeaturesOfAugmentedImagesAreNotCached) {
  auto task = kTask;
  EXPECT_TRUE(phases(task)[1].streams[0].index);
  task.augmented = true;
  EXPECT_FALSE(phases(task)[1].streams[0].index);
}

TEST_F(Transfer, FiguresPairImagesWithTheirReconstructions) {
  o.finetune.iterations = 0;
  step(kReconstruct);
  const auto images = at::rand({3, 1, 4, 4});
  const auto drawn = figures_of(*method).figures(images).at(0).data;
  EXPECT_EQ(drawn.sizes(), IntArrayRef({6, 1, 4, 4}));
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(at::equal(drawn[2 * i], images[i]));
    EXPECT_FALSE(at::equal(drawn[2 * i + 1], images[i]));
  }
}

TEST_F(Transfer, WhatDoesNotFitIsAProblem) {
  o.encoder = Encoder::conv;
  o.head = "1024-";
  RecordedBuild points({.classes = 2, .channels = 2, .height = 1, .width = 1});
  AutoencoderTransfer(o).build(points);
  EXPECT_THAT(points.problems, ElementsAre("architecture", "head"));
}

TEST(HeadWidths, AreNumbersWithDashesBetween) {
  EXPECT_THAT(widths_of(""), IsEmpty());
  EXPECT_THAT(widths_of("7"), ElementsAre(7));
  EXPECT_THAT(widths_of("1024-512"), ElementsAre(1024, 512));
  for (const auto* wrong : {"-", "7-", "-7", "7--8", "7x", "0", "70000", "1024,512"})
    EXPECT_THROW(widths_of(wrong), std::invalid_argument) << wrong;
}

}  // namespace
