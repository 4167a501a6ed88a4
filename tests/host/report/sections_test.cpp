// SPDX-License-Identifier: Apache-2.0
// The report's sections on data, probabilities and single samples.
#include <algorithm>

#include <gmock/gmock.h>

#include "host/report/data_section.hpp"
#include "host/report/reliability_chart.hpp"
#include "host/report/report.hpp"
#include "host/report/sample_sections.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kEvil = "<script>\n\xff";

RunRecord record() {
  RunRecord record;
  record.dataset = "images";
  record.data.classes = {"cat", "dog"};
  record.data.shape = {1280, 1, 1};
  record.data.encoder = "efficientnet-lite0";
  record.data.origin = "somebody's photos";
  record.data.licence = "CC BY 4.0";
  record.data.labeled = 20;
  record.data.unlabeled = 300;
  record.data.validation = 40;
  record.data.test = 50;
  return record;
}

ReportDetails details() {
  ReportDetails details;
  details.data = DataSummary{.labeled = {12, 8},
                             .shape = {3, 200, 300},
                             .test_from_training = true,
                             .notes = {"a folder a class"},
                             .warnings = {},
                             .left_out = {}};
  return details;
}

ShownSample sample(const std::string& name, std::int64_t label = -1) {
  ShownSample s;
  s.image = "\xff\xd8 not empty";
  s.width = 96;
  s.name = name;
  s.predicted = 1;
  s.label = label;
  s.probability = 0.5125;
  return s;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(DataSection, SaysWhereTheDataComeFromAndHowManyThereAre) {
  const auto html = data_section(record(), details());
  for (const char* part :
       {"somebody&#39;s photos", "CC BY 4.0", "a folder a class", "300 × 200 pixels, 3 channels",
        "1280 values of efficientnet-lite0", "50, held out of the training part",
        "<th scope=\"row\">labeled</th><td>20</td>", "<th scope=\"row\">unlabeled pool</th><td>300",
        "<th scope=\"row\">validation</th><td>40", "<th scope=\"row\">cat</th><td>12</td>"})
    EXPECT_THAT(html, HasSubstr(part));
  for (const char* part : {"left out", "to look at"}) EXPECT_THAT(html, Not(HasSubstr(part)));
}

TEST(DataSection, NamesAFewFilesThatWereLeftOutTheDamagedFirst) {
  auto more = details();
  for (int i = 0; i < 9; ++i)
    more.data->left_out.push_back({"note" + std::to_string(i), "another kind", false});
  more.data->left_out.push_back({"photo.jpg", "cut", true});
  const auto html = data_section(record(), more);
  EXPECT_THAT(html, AllOf(HasSubstr("10, of which 1 cannot be read<ul class=\"names\"><li><bdi>"
                                    "photo.jpg</bdi>: cut</li>"),
                          HasSubstr("note3"), Not(HasSubstr("note4")), HasSubstr("and 5 more")));
}

TEST(DataSection, TellsWhetherTheEncoderIsEnough) {
  auto checked = details();
  checked.features = ClassMeansError{.samples = 20, .errors = 4, .chance = 0.4};
  EXPECT_THAT(
      data_section(record(), checked),
      AllOf(HasSubstr("20 labeled pictures, name the wrong class in 20.0 % (chance: 40.0 %)"),
            HasSubstr("tells these classes apart."), Not(HasSubstr("vat"))));
  checked.features->errors = 5;
  EXPECT_THAT(data_section(record(), checked),
              AllOf(HasSubstr("does not tell these classes apart well"),
                    HasSubstr("--plugin vat --encoder none."), Not(HasSubstr("finetune"))));
  auto later = record();
  later.options = {{"finetune", std::int64_t{0}, "default"}};
  EXPECT_THAT(data_section(later, checked), HasSubstr("--finetune"))
      << "where the program has that option";
}

TEST(DataSection, ManyClassesAreFoldedUp) {
  auto many = record();
  auto of_many = details();
  many.data.classes.assign(21, "name");
  of_many.data->labeled.assign(21, 1);
  EXPECT_THAT(data_section(many, of_many), HasSubstr("<details><summary>21 classes</summary>"));
}

TEST(SampleSections, ShowEachSampleWithItsNameClassAndProbability) {
  auto shown = details();
  shown.unsure = {sample("folder/a.jpg", 1), sample("folder/b.jpg", 0)};
  const auto html = unsure_section(record(), shown);
  EXPECT_THAT(html, HasSubstr("The 2 of 50 test samples"));
  EXPECT_THAT(html, HasSubstr("alt=\"folder/a.jpg, predicted dog\""));
  EXPECT_THAT(html, HasSubstr("title=\"folder/a.jpg\"><bdi>folder/a.jpg</bdi>"));
  EXPECT_THAT(html, HasSubstr("src=\"data:image/jpeg;base64,"));
  EXPECT_EQ(count(html, "<b>dog</b> 51.2 %"), 2u);
  EXPECT_EQ(count(html, ", is cat"), 1u) << "of the wrong one alone";
}

TEST(SampleSections, TheFolderTellsFilesOfOneNameApart) {
  auto shown = details();
  shown.unsure = {sample("deep/a/1.jpg"), sample("deep/b/1.jpg"), sample("/2.jpg")};
  EXPECT_THAT(unsure_section(record(), shown),
              AllOf(HasSubstr("<bdi>a/1.jpg</bdi>"), HasSubstr("<bdi>b/1.jpg</bdi>"),
                    HasSubstr("<bdi>/2.jpg</bdi>")));
}

TEST(SampleSections, LabelsToLookAtSayWhatTheNeighborsAre) {
  auto shown = details();
  shown.doubtful = {sample("cat/1.jpg", 0)};
  shown.doubtful[0].probability = 0.9;
  EXPECT_THAT(doubtful_section(shown, record().data.classes),
              AllOf(HasSubstr("Look at these labels"),
                    HasSubstr("labeled <b>cat</b>, 90 % of its neighbors <b>dog</b>")));
  EXPECT_EQ(doubtful_section(details(), record().data.classes), "");
}

TEST(SampleSections, WithoutPicturesAreTables) {
  auto shown = details();
  shown.unsure = {sample("sample 7")};
  shown.unsure[0].image.clear();
  EXPECT_THAT(unsure_section(record(), shown),
              AllOf(HasSubstr("<bdi>sample 7</bdi></th><td><b>dog</b>"), Not(HasSubstr("<img"))));
  EXPECT_EQ(unsure_section(record(), details()), "") << "no samples";
}

TEST(SampleSections, OfTheUnlabeledSayHowManyAndOfWhichClass) {
  auto shown = details();
  shown.unlabeled = UnlabeledSummary{.pool = 400,
                                     .predicted = 300,
                                     .per_class = {300, 0},
                                     .mean_probability = {0.75, 0},
                                     .surest = {sample("s.jpg")},
                                     .least_sure = {sample("l.jpg")}};
  const auto html = unlabeled_section(record(), shown);
  for (const char* part :
       {"400 samples of the unlabeled pool", "300 of them, drawn by the run's seed",
        "mean probability of 75.0 %", "<td>300</td><td>100.0 %</td><td>75.0 %</td>",
        "<td>0</td><td>0.0 %</td><td>–</td>", "<h3>Surest</h3>", "s.jpg", "l.jpg"})
    EXPECT_THAT(html, HasSubstr(part));
  shown.unlabeled->pool = 300;
  EXPECT_THAT(unlabeled_section(record(), shown), HasSubstr("All of them were predicted"));
  shown.unlabeled->predicted = 0;
  EXPECT_EQ(unlabeled_section(record(), shown), "");
}

TEST(Sections, EveryTextIsEscaped) {
  auto evil = record();
  auto shown = details();
  evil.dataset = evil.data.origin = evil.data.licence = evil.data.encoder = kEvil;
  evil.data.classes = {kEvil, kEvil};
  evil.options = {{"data", kEvil, kEvil}};
  shown.data->notes = shown.data->warnings = {kEvil};
  shown.data->left_out = {{kEvil, kEvil, true}};
  shown.unsure = {sample(kEvil, 0)};
  shown.unlabeled = UnlabeledSummary{.pool = 1,
                                     .predicted = 1,
                                     .per_class = {0, 1},
                                     .mean_probability = {0, 1},
                                     .surest = {sample(kEvil)},
                                     .least_sure = {sample(kEvil)}};
  const auto html =
      data_section(evil, shown) + unsure_section(evil, shown) + unlabeled_section(evil, shown);
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\xff")),
                          HasSubstr("&lt;script&gt;\\x0a\\xff")));
}

Calibration calibration() {
  Calibration c{.temperature = 1.5, .fitted_on = 40, .before = {}, .after = {}};
  c.before.samples = c.after.samples = 5;
  c.before.ece = 0.25;
  c.after.ece = 0.0625;
  c.before.bins[14] = {5, 0.95, 0.6};
  c.after.bins[9] = {3, 0.65, 2.0 / 3};
  c.after.bins[7] = {2, 0.5, 0};
  return c;
}

TEST(ReliabilityChart, HasABarAndACountForEachBinThatHasSamples) {
  const auto svg = draw_reliability(calibration());
  EXPECT_EQ(count(svg, "class=\"bar\""), 2u);
  EXPECT_EQ(count(svg, "class=\"count-bar\""), 2u);
  EXPECT_EQ(count(svg, "class=\"dot s1\""), 1u) << "without the temperature";
  EXPECT_THAT(svg, HasSubstr("3 samples predicted with 65.0 % on average: 66.7 % right"));
  EXPECT_THAT(svg, AllOf(HasSubstr("role=\"img\" aria-label=\""), Not(HasSubstr("nan"))));
  EXPECT_THAT(svg, Not(HasSubstr("height=\"0.0\""))) << "a bin in which all are wrong is seen";
}

TEST(ReliabilityChart, SaysTheExpectedCalibrationErrorInWords) {
  auto c = calibration();
  EXPECT_THAT(probabilities_section(c),
              AllOf(HasSubstr("differs by 6.2 percentage points"),
                    HasSubstr("(25.0 without the temperature)"), HasSubstr("5 test samples"),
                    HasSubstr("Temperature 1.5, fitted on 40 validation samples.")));
  c.temperature.reset();
  EXPECT_THAT(probabilities_section(c),
              AllOf(HasSubstr("Not calibrated: no validation part. With --validation N"),
                    Not(HasSubstr("without the temperature")), Not(HasSubstr("dot s1"))));
}

TEST(ReliabilityChart, WithoutSamplesThereIsNone) {
  EXPECT_EQ(draw_reliability({}), "");
  EXPECT_EQ(probabilities_section({}), "");
}

TEST(Report, HasTheSections) {
  auto finished = record();
  finished.results = RunRecord::Results{};
  finished.results->confusion = {9, 1, 2, 8};
  finished.results->calibration = calibration();
  auto shown = details();
  shown.unsure = {sample("a.jpg")};
  const auto html = render_report(finished, {}, {}, shown);
  for (const char* part : {"<h2>Data</h2>", "<h2>Probabilities</h2>", "<h2>Least sure</h2>"})
    EXPECT_THAT(html, HasSubstr(part));
}

}  // namespace
}  // namespace sslhost::host
