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

RunRecord example() {
  RunRecord record;
  record.method = "vat";
  record.dataset = "digits";
  record.versions.sslhost = "0.2.0";
  record.device.hardware = "cpu of 2 threads";
  record.data.classes = {"cat", "dog"};
  record.data.labeled = 50;
  record.options = {{"epsilon", 1.5, "recipe"}, {"seed", std::int64_t{7}, "--seed"}};
  record.results = RunRecord::Results{};
  record.results->test_error = 0.03125;
  record.results->confusion = {9, 1, 2, 8};
  return record;
}

const std::vector<MetricsRow> kMetrics = {{100, "train", 1, {{"loss", 2}}},
                                          {200, "train", 2, {{"loss", 1}}}};

std::string page_of(const RunRecord& record) { return render_report(record, kMetrics, {}); }

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

TEST(Report, AnErrorOfFewSamplesHasItsInterval) {
  auto record = example();
  EXPECT_THAT(page_of(record), Not(HasSubstr("interval")));
  record.results->test_samples = 13;
  EXPECT_THAT(page_of(record), HasSubstr("<dd>0 of 13; 95 % interval 0.0 to 22.8 %</dd>"));
}

TEST(Report, TellsWhatWasRunAndWhatCameOfIt) {
  const std::string html = page_of(example());
  for (const char* part :
       {"<h1>vat on digits</h1>", "50 labels, seed 7", "3.12 %", "cpu of 2 threads", "epsilon",
        "1.5", "recipe", "<figure>", "Confusion matrix", "cat", "0.818", "sslhost 0.2.0"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  expect_balanced(html);
}

TEST(Report, LoadsNothingAndRunsNothing) {
  const std::string html = page_of(example());
  for (const char* part : {"<script", "http", "src=", "href=", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(part)));
}

TEST(Report, PicturesAreInsideThePage) {
  const std::string html = render_report(
      example(), {},
      {{"Samples", "of <all> classes", "PNG!", ""}, {"Decision map", "", "", "<svg></svg>"}});
  EXPECT_THAT(html, HasSubstr("src=\"data:image/png;base64,UE5HIQ==\""));
  EXPECT_THAT(html, HasSubstr("of &lt;all&gt; classes"));
  EXPECT_THAT(html, HasSubstr("<figcaption>Decision map</figcaption>\n<svg></svg></figure>"));
  for (const char* part : {"<script", "http", "src=\"h", "src=\"/", "href=", "@import", "url("})
    EXPECT_THAT(html, Not(HasSubstr(part)));
  expect_balanced(html);
}

TEST(Report, FollowsLightAndDark) {
  EXPECT_THAT(page_of(example()), HasSubstr("@media (prefers-color-scheme: dark)"));
}

TEST(Report, EveryTextIsEscaped) {
  const std::string evil = "<script>alert('\"&')</script>";
  auto record = example();
  record.method = record.dataset = record.versions.sslhost = record.device.hardware = evil;
  record.options = {{evil, evil, evil}, {"seed", evil, evil}};
  record.data.classes = {evil, evil};
  auto metrics = kMetrics;
  for (auto& row : metrics) row.values = {{evil, 1}};
  const std::string html = render_report(record, metrics, {});
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;"));
  expect_balanced(html);
}

TEST(Report, ControlCharactersOfClassesAreWrittenOut) {
  auto record = example();
  record.data.classes = {"cat\x01", "dog"};
  EXPECT_THAT(page_of(record), Not(HasSubstr("\x01")));
  auto& confusion = record.results->confusion;
  record.data.classes.assign(100, "cat\x01");
  confusion.assign(100 * 100, 1);
  EXPECT_THAT(page_of(record), Not(HasSubstr("\x01"))) << "pairs";
}

TEST(Report, OfARunThatIsNotFinishedLeavesSectionsOut) {
  RunRecord record;
  record.method = "vat";
  const std::string html = render_report(record, {}, {});
  EXPECT_THAT(html, HasSubstr("not tested"));
  for (const char* part : {"<table", "<figure", "<h2"}) EXPECT_THAT(html, Not(HasSubstr(part)));
  expect_balanced(html);
}

TEST(Report, ManyClassesShowTheirWorstPairs) {
  auto record = example();
  auto& classes = record.data.classes;
  classes.clear();
  for (int i = 0; i < 100; ++i) classes.push_back("class" + std::to_string(i));
  auto& confusion = record.results->confusion;
  confusion.assign(100 * 100, 0);
  for (std::size_t i = 0; i < 99; ++i) confusion[i * 100 + i + 1] = static_cast<std::int64_t>(i);
  const std::string html = page_of(record);
  EXPECT_THAT(html, HasSubstr("The 20 pairs most often confused, of 100 classes"));
  EXPECT_THAT(html, HasSubstr("class98</th><td>class99</td><td>98</td>"));
  EXPECT_THAT(html, Not(HasSubstr("<td>class79</td><td>78</td>"))) << "the 21st";
}

TEST(Report, MatrixOfAnotherSizeIsABug) {
  auto record = example();
  record.results->confusion.pop_back();
  EXPECT_THROW(page_of(record), Error);
}

TEST(Html, NamesOfAnyBytesAreShown) {
  EXPECT_EQ(escape_name("a<b>&\"é"), "a&lt;b&gt;&amp;&quot;é");
  EXPECT_EQ(escape_name("a\nb\x1b[31m\x7f"), "a\\x0ab\\x1b[31m\\x7f");
  EXPECT_EQ(escape_name("caf\xe9"), "caf\\xe9") << "no UTF-8";
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
