// SPDX-License-Identifier: Apache-2.0
// sslhost data --audit, and sslhost suggest, with pretrained weights.
#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/program.hpp"
#include "tests/host/encode/weights.hpp"

namespace sslhost::host {
namespace {

using images::bitmap;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Audit : public Program {
 protected:
  /// 15 reddish and 15 bluish pictures, each of another shade.
  Audit() {
    testing::save_weights("weights.safetensors", testing::first_weights("efficientnet-lite0"));
    for (int i = 0; i < 15; ++i) {
      write("red", i, 200);
      write("blue", i, 0);
    }
  }
  void write(const std::string& label, int i, uint8_t red) const {
    const auto shade = static_cast<uint8_t>(10 + 4 * i);
    folder_.write("photos/" + label + "/" + std::to_string(i) + ".bmp",
                  bitmap(20, 16, red, shade, static_cast<uint8_t>(200 - red)));
  }
  static void add_weights() {
    ASSERT_EQ(code(run({"models", "add", "weights.safetensors"}).status), 0);
  }
};

TEST_F(Audit, OfAPlainFolderHasNoFalseAlarm) {
  add_weights();
  const auto r = run({"data", "photos", "--audit"});
  ASSERT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.output,
              HasSubstr("30 pictures were looked at by features, and nothing stands out"));
  EXPECT_THAT(r.output, AllOf(Not(HasSubstr("likely wrong")), Not(HasSubstr("unlike all others")),
                              Not(HasSubstr("cannot be judged"))));
}

TEST_F(Audit, NeedsWeightsAndPhotos) {
  const auto r = run({"data", "photos", "--audit"});
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::usage));
  EXPECT_THAT(r.errors, HasSubstr("sslhost models add"));
  const auto digits = run({"data", "--dataset", "digits", "--audit"});
  EXPECT_EQ(code(digits.status), static_cast<int>(ExitCode::usage));
  EXPECT_THAT(digits.errors, AllOf(HasSubstr("--audit"), HasSubstr("photos")));
}

TEST_F(Audit, SuggestionsAreMadeByFeatures) {
  const auto said = [](const Arguments& more) {
    const auto r = run(Arguments{"suggest", "photos", "-n", "6", "--force"} + more);
    EXPECT_EQ(code(r.status), 0) << r.errors;
    return read_text("suggested.txt");
  };
  const auto by_pixels = said({});
  add_weights();
  EXPECT_NE(said({}), by_pixels);
  EXPECT_EQ(said({"--encoder", "none"}), by_pixels);
}

}  // namespace
}  // namespace sslhost::host
