// SPDX-License-Identifier: Apache-2.0
#include "host/report/chart.hpp"

#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// The drawing commands of the first series.
std::string path_of(const std::string& html) {
  const std::string start = "class=\"line s0\" d=\"";
  const auto from = html.find(start);
  if (from == std::string::npos) return "";
  const auto path = html.substr(from + start.size());
  return path.substr(0, path.find('"'));
}

TEST(Charts, MetricsOfOneSubjectShareAChartErrorsFirst) {
  const auto charts = charts_of({{1, "t", 0, {{"loss", 1}, {"vat_loss", 2}, {"learning_rate", 3}}},
                                 {2, "t", 0, {{"loss", 1}, {"test_error", 0.5}}}});
  ASSERT_EQ(charts.size(), 3);
  EXPECT_EQ(charts[0].title, "test_error");
  EXPECT_EQ(charts[1].title, "loss");
  ASSERT_EQ(charts[1].series.size(), 2);
  EXPECT_EQ(charts[1].series[1].name, "vat_loss");
  EXPECT_EQ(charts[1].series[0].points.size(), 2);
  EXPECT_EQ(charts[2].title, "learning_rate");
}

TEST(Charts, ValuesOfAVectorShareAChart) {
  std::vector<MetricsRow> rows;
  for (int64_t i = 1; i <= 2; ++i)
    rows.push_back(
        {i, "train", 0, {{"class_share_0", 0.5}, {"class_share_10", 0.5}, {"top_5", 1}}});
  const auto charts = charts_of(rows);
  ASSERT_EQ(charts.size(), 2U);
  EXPECT_EQ(charts[0].series.size(), 2U);
}

TEST(Charts, LearningRatesStandApartFromWhatTheirOptimizersAreNamedAfter) {
  const auto charts = charts_of(
      {{1, "t", 0, {{"generator", 40}, {"learning_rate_generator", 1}, {"learning_rate_net", 2}}}});
  ASSERT_EQ(charts.size(), 2);
  EXPECT_EQ(charts[0].series.size(), 1);
  EXPECT_EQ(charts[1].title, "learning_rate");
  EXPECT_EQ(charts[1].series.size(), 2);
}

TEST(Charts, PhasesWithOneNameAreSeriesOfTheirOwn) {
  const auto charts =
      charts_of({{1, "pretrain", 0, {{"loss", 1}}}, {2, "train", 0, {{"loss", 1}}}});
  ASSERT_EQ(charts.size(), 1);
  ASSERT_EQ(charts[0].series.size(), 2);
  EXPECT_EQ(charts[0].series[0].name, "loss (pretrain)");
  EXPECT_EQ(charts[0].series[1].name, "loss (train)");
}

TEST(Charts, MoreSeriesThanColorsMakeMoreCharts) {
  MetricsRow row = {1, "t", 0, {}};
  for (std::size_t i = 0; i <= kMaxSeries; ++i)
    row.values.emplace_back(std::to_string(i) + "_loss", 1);
  const auto charts = charts_of({row});
  ASSERT_EQ(charts.size(), 2);
  EXPECT_EQ(charts[0].series.size(), kMaxSeries);
  EXPECT_EQ(charts[1].series.size(), 1);
}

TEST(Charts, SingleValuesAreDotsOverAnAxisOfTheirOwnName) {
  Chart chart = {.title = "test_error", .series = {}, .across = "labels", .log_across = true};
  for (const char* name : {"a", "b"})
    chart.series.push_back(
        {.name = name, .points = {{20, 3}, {50, 2}}, .single = {{20, 2}, {20, 4}, {50, 2}}});
  const auto html = render_chart(chart);
  EXPECT_EQ(count(html, "class=\"point c0\""), 3);
  EXPECT_EQ(count(html, "class=\"point c1\""), 3);
  EXPECT_THAT(html, AllOf(HasSubstr(">labels</text>"), HasSubstr(">50</text>"),
                          Not(HasSubstr("iteration"))));
}

TEST(Charts, LogScaleWherePositiveValuesSpanTwoDecades) {
  const auto log_scale = [](double first, double last, const char* name = "loss") {
    return charts_of({{1, "t", 0, {{name, first}}}, {2, "t", 0, {{name, last}}}}).at(0).log_scale;
  };
  EXPECT_TRUE(log_scale(1, 0.01));
  EXPECT_FALSE(log_scale(1, 0.02));
  EXPECT_FALSE(log_scale(1, 0)) << "zero has no logarithm";
  EXPECT_FALSE(log_scale(1, std::nan("")));
  EXPECT_FALSE(log_scale(1, 1e-6, "learning_rate_adam"))
      << "a rate that falls to 0 would show nothing but its fall";
}

TEST(Charts, ValuesThatCannotBeShownLeaveGaps) {
  const Chart chart = {"loss",
                       {{"loss", {{0, 1}, {10, 2}, {20, std::nan("")}, {30, INFINITY}, {40, 3}}}}};
  const std::string html = render_chart(chart);
  EXPECT_EQ(count(path_of(html), "M"), 2);
  EXPECT_EQ(count(path_of(html), "L"), 1);
  EXPECT_EQ(count(html, "<circle"), 1) << "the point alone behind the gap";
  EXPECT_THAT(html, Not(HasSubstr("nan")));
  EXPECT_THAT(html, Not(HasSubstr("inf")));
}

TEST(Charts, ErrorsAreReadAgainstZero) {
  const std::vector<std::pair<double, double>> points = {{0, 0.5}, {100, 0.4}};
  EXPECT_THAT(render_chart({"test_error", {{"test_error", points}}}), HasSubstr(">0.2</text>"));
  EXPECT_THAT(render_chart({"learning_rate", {{"learning_rate", points}}}),
              Not(HasSubstr(">0.2</text>")));
}

TEST(Charts, AnErrorOfZeroThroughoutLiesOnTheBottom) {
  const auto html = render_chart({"test_error", {{"test_error", {{0, 0}, {100, 0}}}}});
  EXPECT_THAT(html, AllOf(HasSubstr(">1</text>"), Not(HasSubstr(">-1</text>"))));
}

TEST(Charts, NothingToShowIsNoChart) {
  EXPECT_EQ(render_chart({"loss", {{"loss", {{0, std::nan("")}}}}}), "");
  EXPECT_EQ(render_chart({"loss", {{"loss", {{0, 0}}}}, true}), "") << "zero on a logarithmic axis";
  EXPECT_TRUE(charts_of({}).empty());
  EXPECT_TRUE(charts_of({{0, "solve", 0, {{"test_error", 1}}}}).empty()) << "solved at once";
}

TEST(Charts, LongRunsStaySmallAndKeepTheirSpikes) {
  Series series = {"loss", {}};
  for (int i = 0; i < 200'000; ++i) series.points.emplace_back(i, i == 123'456 ? 10 : 1);
  const std::string html = render_chart({"loss", {series}});
  EXPECT_LT(html.size(), 40'000);
  EXPECT_THAT(path_of(html), HasSubstr(" 12.0")) << "10 is the top of the axis, at y = 12";
}

TEST(Charts, NamesAreEscaped) {
  const std::string html = render_chart({"<b>", {{"<i>&", {{0, 1}, {1, 2}}}}});
  EXPECT_THAT(html, HasSubstr("&lt;i&gt;&amp;"));
  EXPECT_THAT(html, Not(HasSubstr("<b></")));
  EXPECT_THAT(html, Not(HasSubstr("<i>")));
}

}  // namespace
}  // namespace sslhost::host
