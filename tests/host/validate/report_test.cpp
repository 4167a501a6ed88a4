// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "host/validate/validation_report.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

FileReport report(const Outcome& second) {
  return {.file = "a/b.so",
          .id = "b",
          .findings = {{.check = &find_check("record")},
                       {.check = &find_check("predict"),
                        .outcome = second,
                        .seconds = 0.5,
                        .again = "sslhost validate a/b.so",
                        .debugger = "gdb x"}}};
}

TEST(ValidationReport, OutcomesSurviveTheirLine) {
  for (const auto verdict :
       {Verdict::pass, Verdict::warn, Verdict::skip, Verdict::fail, Verdict::crash}) {
    const auto back = parse_outcome(to_line({verdict, "a \"cause\"\nof two lines"}));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->verdict, verdict);
    EXPECT_EQ(back->cause, "a \"cause\"\nof two lines");
  }
  for (const char* text : {"", "{}", "[1]", "{\"verdict\": 3, \"cause\": \"\"}",
                           "{\"verdict\": \"good\", \"cause\": \"\"}", "hello"})
    EXPECT_FALSE(parse_outcome(text)) << text;
}

TEST(ValidationReport, ABadCheckSaysHowToMakeItAgain) {
  const auto bad = report(failed("rows differ"));
  EXPECT_FALSE(bad.is_good());
  EXPECT_THAT(as_text(bad, false),
              AllOf(HasSubstr("rows differ"), HasSubstr("1 pass, 1 fail"),
                    HasSubstr("again: sslhost validate a/b.so"), HasSubstr("debug: gdb x")));
  EXPECT_THAT(as_text(bad, true), AllOf(HasSubstr("rows differ"), Not(HasSubstr("record"))));
  EXPECT_THAT(as_text(report(passed()), true), IsEmpty());
  EXPECT_TRUE(report(warned("hm")).is_good());
}

TEST(ValidationReport, TextsThatXmlAndAnnotationsWouldReadAreEscaped) {
  const auto bad = report(failed("<a> & \"b\"\n100 %"));
  EXPECT_THAT(as_junit({bad}),
              AllOf(HasSubstr("&lt;a&gt; &amp; &quot;b&quot;"), HasSubstr("failures=\"1\""),
                    HasSubstr("classname=\"level 4\" name=\"predict\" time=\"0.50\"")));
  EXPECT_THAT(as_annotations(bad), AllOf(HasSubstr("::error "), HasSubstr("%0A100 %25\n")));
  EXPECT_THAT(as_annotations(report(warned("w"))), HasSubstr("::warning "));
  EXPECT_THAT(as_annotations(report(passed())), IsEmpty());
}

TEST(ValidationReport, AnAnnotationNamesThePluginOrElseItsFile) {
  EXPECT_EQ(as_annotations(report(failed("broken"))),
            "::error title=sslhost validate%2C b%2C predict::broken\n");
  auto unreadable = report(failed("\x1b[2Jbroken"));
  unreadable.id.clear();
  unreadable.file = "a/50 %,b:c\n.so";
  EXPECT_EQ(as_annotations(unreadable),
            "::error title=sslhost validate%2C 50 %25%2Cb%3Ac?.so%2C predict::?[2Jbroken\n");
}

TEST(ValidationReport, JsonHasEveryCheck) {
  const auto json = nlohmann::json::parse(as_json({report({Verdict::crash, "SIGSEGV"})}));
  const auto& file = json["files"][0];
  EXPECT_EQ(file["id"], "b");
  EXPECT_EQ(file["good"], false);
  EXPECT_EQ(file["checks"][1]["verdict"], "crash");
  EXPECT_EQ(file["checks"][1]["level"], 4);
}

}  // namespace
}  // namespace sslhost::host
