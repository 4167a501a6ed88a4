// SPDX-License-Identifier: Apache-2.0
#include <ATen/Functions.h>

#include "host/model/initial_weights.hpp"
#include "tests/host/model/registries.hpp"
#include "tests/support/failures.hpp"

namespace sslhost::host {
namespace {

/// Weights of an mlp-4 that no seed draws.
class RegistryWeights : public Registries {
 protected:
  RegistryWeights() {
    weights_.file = "file";
    weights_.network = "mlp-4";
    weights_.head = "head";
    for (const auto& [name, tensor] : net->named_parameters())
      weights_.tensors.emplace_back(name, at::rand_like(tensor));
    for (const auto& [name, tensor] : net->named_buffers())
      if (tensor.is_floating_point())
        weights_.tensors.emplace_back(name, at::rand_like(tensor) + 1);
    begun_.begin_with(weights_);
  }
  Tensor given(const std::string& name) const {
    for (const auto& [own, tensor] : weights_.tensors)
      if (own == name) return tensor;
    return {};
  }
  static void expect_equal(const Network& a, const Network& b) {
    const auto one = a->named_parameters(), other = b->named_parameters();
    for (size_t i = 0; i < one.size(); ++i)
      EXPECT_TRUE(at::equal(one[i].second, other[i].second)) << one[i].first;
  }
  ResidentPool labeled() const {
    return {SampleStorage::on(c10::kCPU, at::rand({6, 1, 2, 3}), {}), at::arange(6),
            at::arange(6).remainder(3), Scale(1, {}, {}, 1, c10::kCPU)};
  }
  InitialWeights weights_;
  Registry begun_{kTask, "mlp-4", 7};
};

TEST_F(RegistryWeights, AreThoseOfEachNetworkOfModelAndOfNoOther) {
  const auto network = begun_.backbone("net", {});
  for (const auto& [name, tensor] : network->named_parameters())
    EXPECT_TRUE(at::equal(tensor, given(name))) << name;
  EXPECT_EQ(begun_.loaded()->tensors, static_cast<int64_t>(weights_.tensors.size()));
  Registry other(kTask, "mlp-4", 7);
  other.begin_with(weights_);
  other.backbone("net", {.model = "linear"});
  EXPECT_FALSE(other.loaded()) << "a network of the method's own choice";
}

TEST_F(RegistryWeights, LeaveTheDrawsOfAMissingHeadAsTheyWere) {
  std::erase_if(weights_.tensors, [](const auto& n) { return n.first.starts_with("head."); });
  const auto network = begun_.backbone("net", {});
  EXPECT_EQ(begun_.loaded()->not_in_file.size(), 2u);
  const auto drawn = net->named_parameters(), begun = network->named_parameters();
  EXPECT_TRUE(at::equal(drawn.back().second, begun.back().second));
}

TEST_F(RegistryWeights, ATeacherBeginsAsItsStudentWithAFittedHeadToo) {
  std::erase_if(weights_.tensors, [](const auto& n) { return n.first.starts_with("head."); });
  const auto student = begun_.backbone("student", {}), teacher = begun_.backbone("teacher", {});
  begun_.ema_teacher(*teacher, *student, {});
  expect_equal(student, teacher);
  const auto before = student->named_parameters().back().second.clone();
  EXPECT_EQ(begun_.fit_heads("head", labeled()), 6);
  EXPECT_FALSE(at::equal(before, student->named_parameters().back().second));
  expect_equal(student, teacher);
}

TEST_F(RegistryWeights, OfAnotherShapeAreRefusedWithBoth) {
  weights_.tensors[0].second = at::rand({5, 6});
  expect_failure(ExitCode::storage, "[5, 6]", [&] { begun_.backbone("net", {}); });
}

TEST_F(RegistryWeights, FrozenStatisticsAreUsedInTrainingAndNeverChange) {
  const auto network = begun_.backbone("net", {});
  begun_.freeze_statistics();
  EXPECT_FALSE(begun_.statistics().nothing_recorded()) << "they are from a file";
  begun_.training_mode(true);
  const auto x = at::rand({4, 1, 2, 3});
  Tensor in_training;
  {
    const auto scope = begun_.statistics().open(*network);
    in_training = network(x);
  }
  for (const auto& [name, tensor] : network->named_buffers())
    EXPECT_TRUE(!tensor.is_floating_point() || at::equal(tensor, given(name))) << name;
  EXPECT_TRUE(
      at::equal(network(x.narrow(0, 0, 1)).argmax(1), in_training.narrow(0, 0, 1).argmax(1)))
      << "a sample by itself, in training";
  in_training.sum().backward();
  for (const auto& [name, tensor] : network->named_parameters())
    EXPECT_TRUE(tensor.grad().defined()) << name;
}

}  // namespace
}  // namespace sslhost::host
