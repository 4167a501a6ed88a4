// SPDX-License-Identifier: Apache-2.0
#include "host/data/sample_storage.hpp"

#include <gtest/gtest.h>

#include <ATen/Functions.h>

#include "host/data/augment/augment.hpp"
#include "host/data/pools.hpp"
#include "host/data/run_data.hpp"

namespace sslhost::host {
namespace {

Tensor bytes(int64_t count, int64_t step) {
  return at::arange(count * 75, at::kLong)
      .mul(step)
      .remainder(251)
      .to(at::kByte)
      .view({count, 3, 5, 5});
}

struct Two {
  explicit Two(at::ScalarType type = at::kByte)
      : first(bytes(6, 37).to(type)), second(bytes(4, 91).to(type)) {}
  SampleStorage both(c10::Device device = at::kCPU) const {
    return SampleStorage::on(device, first, second);
  }
  SampleStorage one() const { return at::cat({first, second}); }
  Tensor first, second;
};

Tensor rows() { return at::tensor({9, 0, 6, 5, 5, 8}, at::kLong); }

TEST(SampleStorage, RowsAreCountedThroughBothTensors) {
  for (const auto type : {at::kByte, at::kFloat})
    for (const bool normalizes : {false, true}) {
      const Two two(type);
      const auto scale = normalizes ? Scale(1.0 / 255, {0.5f}, {0.2f}, 3, at::kCPU) : Scale(0.1);
      EXPECT_TRUE(at::equal(gather(two.both(), rows(), scale), gather(two.one(), rows(), scale)))
          << type << normalizes;
    }
}

TEST(SampleStorage, AugmentationSeesBothTensors) {
  for (const auto type : {at::kByte, at::kFloat}) {
    const Two two(type);
    const auto recipe = fit(parse_augmentation("weak", "shift:1 rotate:20 noise:0.1"), {3, 5, 5});
    const Scale scale(1.0 / 255);
    EXPECT_TRUE(at::equal(augment(recipe, two.both(), rows(), scale, 7),
                          augment(recipe, two.one(), rows(), scale, 7)))
        << type;
    const ResidentPool pool{two.both(), rows(), {}, scale};
    const ResidentPool same{two.one(), rows(), {}, scale};
    EXPECT_TRUE(
        at::equal(augment_preview(recipe, pool, 3, 2, 7), augment_preview(recipe, same, 3, 2, 7)));
  }
}

TEST(SampleStorage, OnACpuNothingIsCopied) {
  const Two two;
  const SampleStorage::Rows<uint8_t> at(two.both());
  EXPECT_EQ(at[0], two.first.const_data_ptr<uint8_t>());
  EXPECT_EQ(at[6], two.second.const_data_ptr<uint8_t>());
  EXPECT_EQ(two.both().size(), 10);
  EXPECT_THROW(two.both().whole(), c10::Error);
}

TEST(SampleStorage, WithoutASecondPartItIsTheFirst) {
  const Two two;
  for (const auto& none : {Tensor(), at::empty({0, 3, 5, 5}, at::kByte)})
    EXPECT_TRUE(SampleStorage::on(at::kCPU, two.first, none).whole().is_same(two.first));
}

TEST(SampleStorage, PartsThatDifferAreRefused) {
  const Two two;
  EXPECT_THROW(SampleStorage::on(at::kCPU, two.first, two.second.to(at::kFloat)), c10::Error);
  EXPECT_THROW(SampleStorage::on(at::kCPU, two.first, at::zeros({4, 3, 5, 4}, at::kByte)),
               c10::Error);
}

TEST(SampleStorage, OnAGpuItIsOneTensor) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no CUDA device on this machine";
  const c10::Device gpu(at::kCUDA, 0);
  const Two two;
  EXPECT_TRUE(at::equal(two.both(gpu).whole().cpu(), two.one().whole()));
  EXPECT_TRUE(
      at::equal(gather(two.both(gpu), rows().to(gpu), 0.1).cpu(), gather(two.one(), rows(), 0.1)));
}

TEST(Place, AnUnlabeledPartIsInTheUnlabeledPoolWithoutLabels) {
  Dataset dataset{.classes = {"a", "b"},
                  .train = {bytes(6, 37), at::arange(6, at::kLong).remainder(2)},
                  .test = {bytes(2, 5), at::zeros({2}, at::kLong)},
                  .unlabeled = {bytes(4, 91), {}}};
  std::vector<std::string> warnings;
  const auto split =
      draw_split(source_of(dataset), {.labels = 2, .validation = 1, .overlap = false}, warnings);
  const auto data = place(dataset, split, at::kCPU);
  EXPECT_EQ(data.task.unlabeled, 3 + 4);
  EXPECT_FALSE(data.unlabeled.labels.defined());
  const auto found = gather(data.unlabeled.data, data.unlabeled.rows, 1);
  const auto all = at::cat({dataset.train.data, dataset.unlabeled.data}).to(at::kFloat);
  const auto ids = at::tensor(split.unlabeled, at::kLong);
  EXPECT_TRUE(at::equal(found, all.index_select(0, ids)));
  EXPECT_TRUE(at::equal(data.hidden_labels, at::where(ids.lt(6), ids.remainder(2), -1)))
      << "what the host alone knows of them";
}

}  // namespace
}  // namespace sslhost::host
