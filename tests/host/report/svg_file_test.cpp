// SPDX-License-Identifier: Apache-2.0
#include "host/report/svg_file.hpp"

#include <regex>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<Chart> kCharts = {
    {"test_error", {{"test_error", {{0, 0.5}, {100, 0.25}}}}},
    {"loss", {{"loss", {{0, 2}, {100, 1}}}, {"vat_loss", {{0, 2}, {100, 0.01}}}}, true}};

TEST(SvgFile, StandsAlone) {
  for (const auto& svg : {chart_file(kCharts), confusion_file({3, 1, 0, 4}, {"cat", "dog"})}) {
    EXPECT_THAT(svg, StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    EXPECT_THAT(svg, HasSubstr("<style>"));
    EXPECT_THAT(svg, Not(HasSubstr("var("))) << "drawing programs know no variables";
    EXPECT_THAT(svg, HasSubstr("fill: #ffffff")) << "light, with a background of its own";
    EXPECT_THAT(svg, Not(HasSubstr("href")));
    EXPECT_THAT(svg, Not(HasSubstr("<script")));
  }
}

TEST(SvgFile, ChartsStandBelowEachOtherWithTitleAndLegend) {
  const auto svg = chart_file(kCharts);
  EXPECT_THAT(svg, HasSubstr("<svg x=\"16\" y=\"38.0\" viewBox"));
  EXPECT_THAT(svg, HasSubstr("<svg x=\"16\" y=\"386.0\" viewBox"));
  for (const char* part : {">test_error<", ">loss (log scale)<", ">vat_loss 0.01<"})
    EXPECT_THAT(svg, HasSubstr(part));
}

TEST(SvgFile, ALegendThatIsTooLongGoesOnBelow) {
  Chart chart{"loss", {}};
  for (int i = 0; i < 6; ++i)
    chart.series.push_back({"quite_a_long_name_loss" + std::to_string(i), {{0, 1}, {1, 2}}});
  const auto svg = chart_file({chart});
  std::smatch last;
  ASSERT_TRUE(std::regex_search(svg, last,
                                std::regex("d=\"M([0-9.]+) ([0-9.]+)h26\"/><text "
                                           "[^>]*>quite_a_long_name_loss5")));
  EXPECT_LT(std::stod(last[1]), 560 - 200);
  std::smatch height;
  ASSERT_TRUE(std::regex_search(svg, height, std::regex("^<svg [^>]* height=\"([0-9]+)\"")));
  EXPECT_GT(std::stod(height[1]), std::stod(last[2])) << "inside the picture";
}

TEST(SvgFile, NothingToShowIsNoFile) {
  EXPECT_EQ(chart_file({}), "");
  EXPECT_EQ(chart_file({{"loss", {{"loss", {}}}}}), "");
  EXPECT_EQ(confusion_file(std::vector<std::int64_t>(31 * 31), std::vector<std::string>(31)), "");
}

TEST(SvgFile, ConfusionHasEveryCountAndRightAndWrongDiffer) {
  const auto svg = confusion_file({30, 10, 0, 41}, {"cat", "<dog>"});
  for (const char* part : {">30<", ">10<", ">0<", ">41<", ">cat<", ">&lt;dog&gt;<"})
    EXPECT_THAT(svg, HasSubstr(part));
  EXPECT_THAT(svg, HasSubstr(R"(class="cell miss")"));
  EXPECT_THAT(svg, HasSubstr(R"(fill-opacity="0.34")")) << "a quarter of the cats, plus 0.12";
  EXPECT_THAT(svg, HasSubstr(R"(fill-opacity="1.00")"));
}

TEST(SvgFile, ControlCharactersOfNamesAreWrittenOut) {
  for (const char* name : {"a\x01", "a quite long name\x01"}) {
    const auto svg = confusion_file({1, 0, 0, 1}, {name, "b"});
    EXPECT_THAT(svg, HasSubstr("\\x01<"));
    EXPECT_THAT(svg, Not(HasSubstr("\x01"))) << "XML has no such character";
  }
}

TEST(SvgFile, LongNamesStandOnEnd) {
  EXPECT_THAT(confusion_file({1, 0, 0, 1}, {"automobile", "airplane"}),
              HasSubstr("rotate(-90)\">automobile"));
  EXPECT_THAT(confusion_file({1, 0, 0, 1}, {"0", "1"}), Not(HasSubstr("rotate(-90)\">0")));
}

}  // namespace
}  // namespace sslhost::host
