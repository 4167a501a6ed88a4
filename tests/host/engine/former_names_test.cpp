// SPDX-License-Identifier: Apache-2.0
// A run that was begun when an option had another name goes on.
#include <gmock/gmock.h>

#include "sslhost/engine.hpp"

#include "host/run/checkpoint.hpp"
#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

using namespace testing;

class RunOfAnEarlierVersion : public ::testing::Test {
 protected:
  RunOfAnEarlierVersion() {
    StopAt observer(8);
    auto request = small_run("vat", {{"out", run().string()}});
    EXPECT_THROW(train(request, observer), Error);
    give_former_names();
  }
  std::filesystem::path run() const { return folder_ / "run"; }
  std::filesystem::path config() const { return run() / "config.toml"; }

 private:
  /// As 0.1 wrote it, where `learning_rate` was `rate`.
  void give_former_names() {
    auto state = host::load_checkpoint(run() / "checkpoint.safetensors");
    auto entry = state.options.extract("learning_rate");
    ASSERT_FALSE(entry.empty());
    entry.key() = "rate";
    state.options.insert(std::move(entry));
    host::save_checkpoint(run() / "checkpoint.safetensors", state);
    auto text = read_text(config());
    const std::string now = "\nlearning_rate = ";
    ASSERT_NE(text.find(now), std::string::npos);
    write_text(config(), text.replace(text.find(now), now.size(), "\nrate = "));
  }

 protected:
  TemporaryFolder folder_;
  Silent silent_;
};

TEST_F(RunOfAnEarlierVersion, GoesOnToTheSameBits) {
  resume(run(), this_build(), silent_);
  EXPECT_EQ(model_of(run()), trained_model(small_run("vat"), folder_ / "whole"));
}

TEST_F(RunOfAnEarlierVersion, ThatWasEditedIsRefusedUnderThePresentName) {
  auto text = read_text(config());
  const std::string line = "\nrate = ";
  write_text(config(), text.insert(text.find(line) + line.size(), "1"));
  expect_failure(ExitCode::storage, "found learning_rate = 1",
                 [&] { resume(run(), this_build(), silent_); });
}

}  // namespace
}  // namespace sslhost
