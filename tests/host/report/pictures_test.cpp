// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <png.h>

#include <gmock/gmock.h>

#include "sslhost/engine.hpp"

#include "tests/conformance/small_run.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Pictures : public ::testing::Test {
 protected:
  static TrainRequest painting(OptionTexts more = {}) {
    more.insert(more.begin(), {"iterations", "24"});
    auto request = small_run("painter", more);
    request.plugin_files.push_back(
        std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() /
        "tests/report_plugins/painter.so");
    return request;
  }
  std::filesystem::path trained(const std::string& name, TrainRequest request) {
    request.options.emplace_back("out", (folder / name).string());
    train(request, silent);
    return folder / name;
  }
  static std::set<std::string> names_in(const std::filesystem::path& run) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(run / "pictures"))
      names.insert(entry.path().filename());
    return names;
  }
  TemporaryFolder folder;
  Silent silent;
};

TEST_F(Pictures, ARunHasThoseOfItsDataItsMethodAndItsResult) {
  const auto run = trained("a", painting());
  EXPECT_EQ(names_in(run),
            (std::set<std::string>{"confusion.svg", "errors.svg", "inverted-000012.png",
                                   "inverted-000024.png", "inverted.png", "labeled.png",
                                   "logits-000012.svg", "logits-000024.svg", "logits.csv",
                                   "logits.svg", "losses.svg", "mistakes.csv", "mistakes.png"}));
  const auto page = read_text(run / "report.html");
  for (const char* part : {"Labeled samples", "Confident errors", "Inverted",
                           "Test images, black for white.", "Two logits of them."})
    EXPECT_THAT(page, HasSubstr(part));
}

TEST_F(Pictures, APictureShowsTheFigure) {
  const auto bytes = read_text(trained("a", painting()) / "pictures/inverted.png");
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_TRUE(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  EXPECT_EQ(image.width, 8u * 68 - 4 + 16) << "eight digits of 8 by 8 in a row, eightfold";
  image.format = PNG_FORMAT_GRAY;
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image));
  ASSERT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
  EXPECT_EQ(pixels[8 * image.width + 8], 255) << "the corner of a digit is black; inverted, white";
  EXPECT_LT(*std::min_element(pixels.begin(), pixels.end()), 20);
}

TEST_F(Pictures, OfNormalizedImagesShowTheirColors) {
  const auto plain = trained("a", painting()),
             normalized = trained("b", painting({{"mean", "0.3"}, {"std", "0.5"}}));
  EXPECT_TRUE(read_text(plain / "pictures/labeled.png") ==
              read_text(normalized / "pictures/labeled.png"));
  EXPECT_FALSE(read_text(plain / "pictures/inverted.png") ==
               read_text(normalized / "pictures/inverted.png"))
      << "one minus a normalized image is another image";
}

TEST_F(Pictures, AugmentationsAreShownWhereThereAreAny) {
  const auto run = trained("a", painting({{"weak", "shift:1"}}));
  EXPECT_TRUE(names_in(run).contains("augmentations.png"));
  EXPECT_THAT(read_text(run / "report.html"), HasSubstr("weak is &quot;shift:1&quot;."));
}

TEST_F(Pictures, OfTwoFeaturesShowRegionsAndThePointsThatTheMethodMade) {
  const auto run = trained("a", painting({{"dataset", "rings"}}));
  const auto svg = read_text(run / "pictures/decision-map.svg");
  EXPECT_THAT(svg, AllOf(HasSubstr("class=\"region c0\""), HasSubstr("class=\"labeled c1\""),
                         HasSubstr("class=\"made\"")));
  EXPECT_TRUE(names_in(run).contains("inverted-000012.svg"))
      << "samples of two features are points";
  const auto numbers = read_text(run / "pictures/inverted.csv");
  EXPECT_THAT(numbers, StartsWith("x,y\n"));
  EXPECT_EQ(std::count(numbers.begin(), numbers.end(), '\n'), 1 + 16) << "a line a point";
  for (const auto& name : names_in(run)) EXPECT_THAT(name, Not(HasSubstr(".png")));
}

TEST_F(Pictures, TheSameRunHasTheSameBytes) {
  const auto a = trained("a", painting()), b = trained("b", painting());
  for (const auto& name : names_in(a))
    EXPECT_TRUE(read_text(a / "pictures" / name) == read_text(b / "pictures" / name)) << name;
}

TEST_F(Pictures, DrawingThemChangesNoBitOfTheTraining) {
  const auto with = trained("a", painting());
  const auto without = trained("b", painting({{"pictures", "false"}}));
  EXPECT_EQ(model_of(with), model_of(without));
  EXPECT_EQ(metrics_of(with), metrics_of(without));
  EXPECT_FALSE(std::filesystem::exists(without / "pictures"));
  EXPECT_THAT(read_text(without / "report.html"), Not(HasSubstr("data:image")));
}

TEST_F(Pictures, UnlabeledSamplesArePredictedOnceWhereTheyAreWanted) {
  const auto run = trained("a", painting({{"labels", "50"}, {"unlabeled", "-1"}}));
  const auto csv = read_text(run / "unlabeled_predictions.csv");
  EXPECT_THAT(csv, StartsWith("index,predicted,probability\n"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 3823 - 50) << "all but the labeled ones";
  const auto page = read_text(run / "report.html");
  for (const char* part : {"<h2>Data</h2>", "E. Alpaydin", "8 × 8 pixels", "<h2>Probabilities</h2>",
                           "Not calibrated: no validation part", "The 24 of 1797 test samples",
                           "All of them were predicted", "<h3>Surest</h3>"})
    EXPECT_THAT(page, HasSubstr(part));
  const auto without = trained("b", painting({{"labels", "50"}, {"pictures", "false"}}));
  EXPECT_FALSE(std::filesystem::exists(without / "unlabeled_predictions.csv"));
  EXPECT_THAT(read_text(without / "report.html"),
              AllOf(HasSubstr("<h2>Data</h2>"), Not(HasSubstr("Unlabeled samples"))));
}

TEST_F(Pictures, AResumedRunHasThemAll) {
  auto request = painting({{"log_every", "1"}, {"out", (folder / "a").string()}});
  StopAt stop(14);
  EXPECT_THROW(train(request, stop), Error);
  write_text(folder / "a/pictures/.inverted.png.123-0.tmp", "left by a process that was killed");
  write_text(folder / "a/pictures/.mine.png", "somebody's");
  auto where = this_build();
  where.plugin_files = request.plugin_files;
  resume(folder / "a", where, silent);
  const auto whole = trained("b", painting());
  auto expected = names_in(whole);
  expected.insert(".mine.png");
  EXPECT_EQ(names_in(folder / "a"), expected);
  EXPECT_TRUE(read_text(folder / "a/pictures/inverted.png") ==
              read_text(whole / "pictures/inverted.png"));
}

TEST_F(Pictures, ABadFigureIsThePluginsFault) {
  expect_failure(
      ExitCode::plugin,
      AllOf(HasSubstr("painter"), HasSubstr("'inverted'"), HasSubstr("--pictures false")),
      [&] { trained("a", painting({{"nan", "true"}})); });
  trained("b", painting({{"nan", "true"}, {"pictures", "false"}}));
}

TEST_F(Pictures, AFileInTheirPlaceIsAStorageError) {
  auto request = painting({{"log_every", "1"}, {"out", (folder / "a").string()}});
  StopAt stop(2);
  EXPECT_THROW(train(request, stop), Error);
  std::filesystem::remove_all(folder / "a/pictures");
  write_text(folder / "a/pictures", "");
  auto where = this_build();
  where.plugin_files = request.plugin_files;
  expect_failure(ExitCode::storage, "pictures", [&] { resume(folder / "a", where, silent); });
}

}  // namespace
}  // namespace sslhost
