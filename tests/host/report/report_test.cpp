// SPDX-License-Identifier: Apache-2.0
#include "host/report/report.hpp"

#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/report/html.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ReportData example() {
  ReportData data;
  data.method = "vat";
  data.dataset = "digits";
  data.labels = 50;
  data.seed = 7;
  data.test_error = 0.03125;
  data.facts = {{"device", "cpu"}};
  data.settings = {{"epsilon", "1.5", "recipe"}};
  data.metrics = {{100, "train", 1, {{"loss", 2}}}, {200, "train", 2, {{"loss", 1}}}};
  data.classes = {"cat", "dog"};
  data.confusion = {9, 1, 2, 8};
  data.made_by = "sslhost 0.1.0";
  return data;
}

/// Every opened element is closed, in order.
void expect_balanced(const std::string& html) {
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z0-9]+)[^>]*?(/?)>");
  for (std::sregex_iterator it(html.begin(), html.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (name == "meta" || (*it)[3] == "/") continue;
    if ((*it)[1] != "/") {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << name;
      ASSERT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST(Report, TellsWhatWasRunAndWhatCameOfIt) {
  const std::string html = render_report(example());
  for (const char* part :
       {"<h1>vat on digits</h1>", "50 labels, seed 7", "3.12 %", "device", "cpu", "epsilon", "1.5",
        "<figure>", "Confusion matrix", "cat", "0.818", "sslhost 0.1.0"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  expect_balanced(html);
}

TEST(Report, LoadsNothingAndRunsNothing) {
  const std::string html = render_report(example());
  for (const char* part : {"<script", "http", "src=", "href=", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(part)));
}

TEST(Report, PicturesAreInsideThePage) {
  ReportData data = example();
  data.pictures = {{"Samples", "of <all> classes", "PNG!", ""}, {"DecisionMap", "", "", "<svg></svg>"}};
  const std::string html = render_report(data);
  EXPECT_THAT(html, HasSubstr("src=\"data:image/png;base64,UE5HIQ==\""));
  EXPECT_THAT(html, HasSubstr("of &lt;all&gt; classes"));
  EXPECT_THAT(html, HasSubstr("<figcaption>DecisionMap</figcaption>\n<svg></svg></figure>"));
  for (const char* part : {"<script", "http", "src=\"h", "src=\"/", "href=", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(part)));
  expect_balanced(html);
}

TEST(Report, FollowsLightAndDark) {
  EXPECT_THAT(render_report(example()), HasSubstr("@media (prefers-color-scheme: dark)"));
}

TEST(Report, EveryTextIsEscaped) {
  const std::string evil = "<script>alert('\"&')</script>";
  ReportData data = example();
  data.method = data.dataset = data.made_by = evil;
  data.facts = {{evil, evil}};
  data.settings = {{evil, evil, evil}};
  data.classes = {evil, evil};
  for (auto& row : data.metrics) row.values = {{evil, 1}};
  const std::string html = render_report(data);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;"));
  expect_balanced(html);
}

TEST(Report, SectionsWithoutDataAreLeftOut) {
  ReportData data;
  data.method = "vat";
  const std::string html = render_report(data);
  EXPECT_THAT(html, HasSubstr("not tested"));
  for (const char* part : {"<table", "<figure", "<h2", "<footer"})
    EXPECT_THAT(html, Not(HasSubstr(part)));
  expect_balanced(html);
}

TEST(Report, ManyClassesShowTheirWorstPairs) {
  ReportData data = example();
  data.classes.clear();
  for (int i = 0; i < 100; ++i) data.classes.push_back("class" + std::to_string(i));
  data.confusion.assign(100 * 100, 0);
  for (std::size_t i = 0; i < 99; ++i)
    data.confusion[i * 100 + i + 1] = static_cast<std::int64_t>(i);
  const std::string html = render_report(data);
  EXPECT_THAT(html, HasSubstr("The 20 pairs most often confused, of 100 classes"));
  EXPECT_THAT(html, HasSubstr("class98</th><td>class99</td><td>98</td>"));
  EXPECT_THAT(html, Not(HasSubstr("<td>class79</td><td>78</td>"))) << "the 21st";
}

TEST(Report, MatrixOfAnotherSizeIsABug) {
  ReportData data = example();
  data.confusion.pop_back();
  EXPECT_THROW(render_report(data), Error);
}

TEST(Html, NumbersAreShortAndNeverScientificWhenTheyNeedNotBe) {
  EXPECT_EQ(number(24000), "24000");
  EXPECT_EQ(number(0.1 + 0.2), "0.3");
  EXPECT_EQ(number(3e-7), "3e-07");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "–");
}

}  // namespace
}  // namespace sslhost::host
