// SPDX-License-Identifier: Apache-2.0
// What a run of any method must keep to, seen from outside, beyond the checks of `sslhost
// validate`.
#include <memory>
#include <stdexcept>

#include <gmock/gmock.h>

#include <ATen/Functions.h>

#include "host/storage/safetensors.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

TEST(Conformance, CoversTheMethodsOfTheBuild) {
  EXPECT_THAT(methods(),
              IsSupersetOf({"autoencoder-transfer", "fixmatch", "flexmatch", "freematch",
                            "graph-pseudo-labels", "label-propagation", "linear-probe",
                            "mean-teacher", "mixmatch", "pi-model", "pseudo-label", "self-training",
                            "sgan", "softmatch", "supervised", "uda", "vat"}));
}

class Runs : public ::testing::TestWithParam<std::string> {
 protected:
  TrainRequest run(const OptionTexts& more = {}) const { return small_run(GetParam(), more); }
  std::string model(const OptionTexts& more = {}) { return trained_model(run(more), fresh()); }
  bool solves() const { return !by_iterations(GetParam()); }
  std::filesystem::path fresh() { return folder / std::to_string(count_++); }
  TemporaryFolder folder;

 private:
  int count_ = 0;
};

TEST_P(Runs, EverythingThatIsWrongIsReportedTogether) {
  const auto known = option_names(GetParam()).front();
  expect_failure(
      ExitCode::usage,
      AllOf(HasSubstr("did you mean " + known), HasSubstr("'many'"), HasSubstr("labels")),
      [&] { model({{known + "x", "3"}, {"seed", "many"}, {"labels", "-4"}}); });
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()))
      << "no run folder for a request that is refused";
}

TEST_P(Runs, WhatIsWrittenWhenChangesNothing) {
  const auto usual = model();
  EXPECT_EQ(usual, model({{"log_every", "1"}}));
  EXPECT_EQ(usual, model({{"log_every", "1000"}}));
  EXPECT_EQ(usual, model({{"eval_every", "1"}}));
  EXPECT_EQ(usual, model({{"checkpoint_every", "5"}}));
}

TEST_P(Runs, WhereSamplesLieChangesNothing) {
  for (const char* weak : {"none", "shift:1"})
    EXPECT_EQ(model({{"residency", "host"}, {"weak", weak}}),
              model({{"residency", "device"}, {"weak", weak}}))
        << "weak = " << weak;
}

TEST_P(Runs, ResumedWithAveragesBestWeightsAndPlateausEqualsUninterrupted) {
  if (solves()) GTEST_SKIP() << GetParam() << " has no iterations";
  const auto whole = fresh();
  const OptionTexts every = {{"log_every", "1"},      {"eval_every", "3"},
                             {"validation", "100"},   {"select", "best"},
                             {"schedule", "plateau"}, {"schedule_patience", "0"},
                             {"average", "0.8"},      {"early_stop", "5"}};
  const auto model = trained_model(run(every), whole);
  for (const int64_t stop : {2, 9, 13}) {
    const auto part = fresh();
    auto request = run(every);
    request.options.emplace_back("out", part.string());
    StopAt observer(stop);
    EXPECT_THROW(train(request, observer), Error);
    EXPECT_FALSE(std::filesystem::exists(part / "model.safetensors"))
        << "a model of an unfinished run";
    Silent silent;
    resume(part, this_build(), silent);
    EXPECT_EQ(model_of(part), model) << "stopped at " << stop;
    EXPECT_EQ(metrics_of(part), metrics_of(whole)) << "stopped at " << stop;
  }
}

/// Dies when there is a first checkpoint and nothing else.
class DiesAtTheStart final : public Observer {
 public:
  void started(const std::filesystem::path&) override { throw std::runtime_error("killed"); }
};

TEST_P(Runs, ResumedFromItsFirstCheckpointEqualsUninterrupted) {
  const auto whole = fresh(), part = fresh();
  const auto model = trained_model(run(), whole);
  auto request = run({{"out", part.string()}});
  DiesAtTheStart observer;
  EXPECT_ANY_THROW(train(request, observer));
  Silent silent;
  resume(part, this_build(), silent);
  EXPECT_EQ(model_of(part), model);
  EXPECT_EQ(metrics_of(part), metrics_of(whole));
}

TEST_P(Runs, WhatNeedsAValidationPartIsRefusedWithoutOne) {
  for (const OptionTexts& one : {OptionTexts{{"select", "best"}}, {{"early_stop", "3"}}})
    expect_failure(ExitCode::usage, AllOf(HasSubstr(one[0].first), HasSubstr("--validation")),
                   [&] { model(one); });
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()))
      << "no run folder for a request that is refused";
}

// A method that monitors one of its phases may have a plateau there alone: then it is only told.
TEST_P(Runs, PlateauWithNothingToLookAtIsNoticed) {
  if (solves()) GTEST_SKIP() << GetParam() << " has no iterations";
  struct Warnings final : Observer {
    void warning(const std::string& text) override { all += text + "\n"; }
    std::string all;
  } observer;
  auto request = run({{"schedule", "plateau"}, {"out", fresh().string()}});
  try {
    train(request, observer);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    observer.all = error.what();
  }
  EXPECT_THAT(observer.all, AllOf(HasSubstr("plateau"), HasSubstr("--validation")));
}

/// Keeps the checkpoint that lies there when the first line of the metrics with all means comes,
/// and asks for a stop, which writes another.
class KeepsCheckpoint final : public Observer {
 public:
  explicit KeepsCheckpoint(const std::filesystem::path& run)
      : file_(run / "checkpoint.safetensors"), kept_(run / "kept") {}
  void progress(const Progress& p) override {
    if (p.iteration < 9 || std::filesystem::exists(kept_)) return;
    std::filesystem::copy_file(file_, kept_);
    request_stop();
  }
  void put_back() const { std::filesystem::rename(kept_, file_); }

 private:
  std::filesystem::path file_, kept_;
};

// As after a kill: a stop of one's own comes at the end of a window more often than not.
TEST_P(Runs, ResumedInTheMiddleOfALogWindowKeepsItsMeans) {
  if (solves()) GTEST_SKIP() << GetParam() << " has no iterations";
  const auto whole = fresh(), part = fresh();
  const OptionTexts windows = {
      {"log_every", "9"}, {"eval_every", "100"}, {"checkpoint_every", "4"}};
  trained_model(run(windows), whole);
  auto request = run(windows);
  request.options.emplace_back("out", part.string());
  KeepsCheckpoint observer(part);
  EXPECT_THROW(train(request, observer), Error);
  observer.put_back();
  Silent silent;
  resume(part, this_build(), silent);
  EXPECT_EQ(metrics_of(part), metrics_of(whole));
}

TEST_P(Runs, DivergenceNamesItsIterationAndLeavesNoModelThatPredictsNaN) {
  if (solves()) GTEST_SKIP() << GetParam() << " has no iterations";
  const auto out = fresh();
  expect_failure(
      ExitCode::diverged, AllOf(HasSubstr("iteration "), HasSubstr("is NaN or infinite")), [&] {
        trained_model(
            run({{"learning_rate", "1e30"}, {"optimizer", "sgd"}, {"schedule", "constant"}}), out);
      });
  EXPECT_FALSE(std::filesystem::exists(out / "model.safetensors")) << "one update was too much";
  for (const auto& [name, tensor] : host::load_safetensors(out / "checkpoint.safetensors").tensors)
    if (name.starts_with("model/"))
      EXPECT_TRUE(at::isfinite(tensor.to(at::kDouble)).all().item<bool>()) << name;
}

TEST_P(Runs, AFinishedModelPredictsProbabilities) {
  const auto out = fresh();
  trained_model(run(), out);
  const auto classifier = Classifier::load(out, "cpu", this_build());
  EXPECT_EQ(classifier.classes().size(), 10U);
  const auto images = at::arange(5 * 64).remainder(17).to(at::kByte).view({5, 1, 8, 8});
  const auto p = classifier.predict(images);
  EXPECT_EQ(p.sizes(), (std::vector<int64_t>{5, 10}));
  EXPECT_TRUE(p.ge(0).all().item<bool>());
  EXPECT_TRUE(at::allclose(p.sum(1), at::ones({5}), 1e-5, 1e-5));
  EXPECT_FALSE(at::equal(p[0], p[1])) << "the images differ";
}

TEST_P(Runs, WithProductsOfFewerDigitsLearnsNearlyTheSame) {
  if (solves()) GTEST_SKIP() << GetParam() << " has no iterations";
  OptionTexts reduced = {{"precision", "bf16"}};
  for (const auto& name : option_names(GetParam()))
    if (name == "xi") reduced.emplace_back("xi", "1");  // less cannot be resolved
  const auto out = fresh();
  const auto model = trained_model(run(reduced), out);
  EXPECT_EQ(model, trained_model(run(reduced), fresh())) << "the same seed";
  reduced.front().second = "fp32";
  const auto whole = fresh();
  EXPECT_NE(model, trained_model(run(reduced), whole));
  for (const auto& [name, tensor] : host::load_safetensors(out / "model.safetensors").tensors)
    EXPECT_TRUE(tensor.scalar_type() != at::kBFloat16 &&
                at::isfinite(tensor.to(at::kDouble)).all().item<bool>())
        << name;
  const auto images = at::arange(50 * 64).remainder(17).to(at::kByte).view({50, 1, 8, 8});
  const auto predicted = [&](const std::filesystem::path& run) {
    return Classifier::load(run, "cpu", this_build()).predict(images);
  };
  EXPECT_LT((predicted(out) - predicted(whole)).abs().mean().item<double>(), 0.05);
}

INSTANTIATE_TEST_SUITE_P(Methods, Runs, ::testing::ValuesIn(methods()), [](const auto& method) {
  auto name = method.param;
  for (auto& c : name) c = c == '-' ? '_' : c;
  return name;
});

}  // namespace
}  // namespace sslhost::testing
