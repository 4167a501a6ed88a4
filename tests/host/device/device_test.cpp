// SPDX-License-Identifier: Apache-2.0
#include "host/device/device.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class PciDevices : public ::testing::Test {
 protected:
  void add(const std::string& name, const std::string& vendor, const std::string& kind) {
    std::filesystem::create_directory(folder / name);
    std::ofstream(folder / name / "vendor") << vendor << '\n';
    std::ofstream(folder / name / "class") << kind << '\n';
  }
  testing::TemporaryFolder folder;
};

TEST_F(PciDevices, ShowACardOfNvidiaAlone) {
  EXPECT_FALSE(has_card(folder.path()));
  add("0000:00:01.0", "0x1234", "0x030000");  // a display of another maker
  add("0000:00:02.0", "0x10de", "0x040300");  // the sound of a card
  std::filesystem::create_directory(folder / "0000:00:03.0");
  EXPECT_FALSE(has_card(folder.path()));
  add("0000:00:04.0", "0x10de", "0x030200");
  EXPECT_TRUE(has_card(folder.path()));
  EXPECT_FALSE(has_card(folder / "absent"));
}

TEST(Device, OfADeviceThatIsAskedForNothingIsSaid) {
  EXPECT_FALSE(unused_card("cpu"));
  EXPECT_FALSE(unused_card("cuda"));
}

TEST(Device, HasNoOtherNames) {
  expect_failure(
      ExitCode::usage, AllOf(HasSubstr("'tpu'"), HasSubstr("auto, cpu, cuda, cuda:N or pretend")),
      [] { choose_device("tpu"); });
  EXPECT_TRUE(choose_device("pretend").is_privateuseone());
  EXPECT_EQ(choose_device("pretend").str(), "pretend:0");
  synchronize(choose_device("pretend"));
}

}  // namespace
}  // namespace sslhost::host
