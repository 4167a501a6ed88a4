// SPDX-License-Identifier: Apache-2.0
// Files that are mapped read only: a write to one, or a copy of one that is not needed, would show.
#include <gmock/gmock.h>

#include <ATen/ops/equal.h>

#include "sslhost/training/integers.hpp"

#include "tests/conformance/stepper.hpp"
#include "tests/data_plugins/data_run.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::testing {
namespace {

class MappedImages : public ::testing::Test {
 protected:
  MappedImages() {
    for (const auto& [part, count] : {std::pair("train", 40), {"test", 10}, {"unlabeled", 30}}) {
      std::string images, labels;
      random::Integers draws(random::name_key(part));
      for (int i = 0; i < count; ++i) {
        labels += static_cast<char>(i % 2);
        for (int pixel = 0; pixel < 64; ++pixel)
          images += static_cast<char>(draws.below(128) + (pixel % 2 == i % 2 ? 100 : 0));
      }
      write_text(folder / (std::string(part) + ".u8"), images);
      write_text(folder / (std::string(part) + ".labels"), labels);
    }
  }
  TemporaryFolder folder;
};

TEST_F(MappedImages, StayWhereTheyAre) {
  const auto session =
      host::open_session(host::make_plan(data_run("mapped-images", folder.path())));
  const auto& [train, test, unlabeled] =
      std::tie(session.dataset.train, session.dataset.test, session.dataset.unlabeled);
  for (const auto* pool : {&session.data.labeled, &session.data.unlabeled}) {
    const host::SampleStorage::Rows<uint8_t> at(pool->data);
    EXPECT_EQ(at[0], train.data.const_data_ptr<uint8_t>());
    EXPECT_EQ(at[40], unlabeled.data.const_data_ptr<uint8_t>());
  }
  const host::SampleStorage::Rows<uint8_t> at(session.data.test.data);
  EXPECT_EQ(at[0], test.data.const_data_ptr<uint8_t>());
}

TEST_F(MappedImages, AreTrainedOn) {
  for (const char* weak : {"none", "shift:1 randaugment:2"}) {
    Stepper stepper(data_run("mapped-images", folder.path(), {{"weak", weak}}));
    const auto before = stepper.parameters();
    stepper.run(3);
    EXPECT_FALSE(at::equal(stepper.parameters()[0], before[0])) << weak;
  }
}

TEST_F(MappedImages, ARunOnThemLearnsAndIsPredicted) {
  Silent silent;
  const auto run = folder / "run";
  const auto result = train(
      data_run("mapped-images", folder.path(), {{"iterations", "100"}, {"out", run.string()}}),
      silent);
  EXPECT_LT(result.test_error, 0.2);
  EXPECT_TRUE(std::filesystem::exists(run / "pictures/labeled.png"));
}

}  // namespace
}  // namespace sslhost::testing
