// SPDX-License-Identifier: Apache-2.0
// Labels for other programs, and from them.
#include <random>

#include <nlohmann/json.hpp>

#include "host/labeling/export_labels.hpp"
#include "host/labeling/import_labels.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using nlohmann::json;
using sslhost::testing::names_in;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kNames = {"1.jpg", "2 ü&.jpg", "sub/1.jpg", "sub/4.jpg"};

class Exchange : public ::testing::Test {
 protected:
  static std::unique_ptr<Session> session_of(const std::filesystem::path& folder) {
    return std::make_unique<Session>(read_pictures(folder), false);
  }
  std::filesystem::path photos(const std::string& name) const {
    for (const auto& one : kNames) folder_.write(name + "/" + one, "bytes of " + one);
    folder_.write(name + "/labels.csv", "path,label\n1.jpg,\n");  // so that sub/ is no class
    return folder_ / name;
  }
  static std::vector<std::string> labels(const Session& session) {
    std::vector<std::string> list;
    session.look([&](const Answers& answers) {
      for (size_t i = 0; i < answers.names().size(); ++i) list.push_back(answers.answer(i).label);
    });
    return list;
  }
  /// 1.jpg and sub/1.jpg with a label, 2 unsure, sub/4.jpg none.
  std::string exported(const std::string& format) {
    const auto session = session_of(photos("a"));
    session->answer({0}, {Answer::Kind::label, "cat, <gray>"});
    session->answer({1}, {Answer::Kind::unsure});
    session->answer({2}, {Answer::Kind::label, "dog"});
    EXPECT_EQ(export_labels(*session, format, folder_ / "out", true), 2);
    return format == "folders" || format == "copies" ? "" : read_text(folder_ / "out");
  }

  const TemporaryFolder folder_;
};

TEST_F(Exchange, GoesOutAndComesBack) {
  for (const auto& format : import_formats()) {
    exported(format);
    std::filesystem::remove_all(folder_ / "a");
    const auto other = session_of(photos("a"));
    const auto imported = import_labels(*other, format, folder_ / "out");
    EXPECT_EQ(imported.taken, 2) << format;
    EXPECT_THAT(labels(*other), ElementsAre("cat, <gray>", "", "dog", "")) << format;
    EXPECT_EQ(import_labels(*other, format, folder_ / "out").same, 2) << format;
  }
}

TEST_F(Exchange, GuessesAreNoAnswers) {
  const auto session = session_of(photos("a"));
  for (const auto* table : {"path,class,probability,error\n1.jpg,cat,0.9,\n",
                            "path,label,by,probability\n1.jpg,cat,advice,0.9\n"})
    expect_failure(ExitCode::data, "--accept", [&] {
      import_labels(*session, "csv", folder_.write("predictions.csv", table));
    });
  EXPECT_THAT(labels(*session), ElementsAre("", "", "", ""));
}

TEST_F(Exchange, CsvIsALabelTable) {
  EXPECT_EQ(
      exported("csv"),
      "path,label,unsure\n1.jpg,\"cat, <gray>\",\n2 ü&.jpg,,yes\nsub/1.jpg,dog,\nsub/4.jpg,,\n");
}

TEST_F(Exchange, CvatIsXml) {
  EXPECT_EQ(
      exported("cvat"),
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n"
      "  <image id=\"0\" name=\"1.jpg\">\n    <tag label=\"cat, &#60;gray&#62;\" "
      "source=\"manual\"></tag>\n  </image>\n  <image id=\"1\" name=\"2 ü&#38;.jpg\"></image>\n"
      "  <image id=\"2\" name=\"sub/1.jpg\">\n    <tag label=\"dog\" source=\"manual\"></tag>\n"
      "  </image>\n  <image id=\"3\" name=\"sub/4.jpg\"></image>\n</annotations>\n");
}

TEST_F(Exchange, LabelStudioSkipsTheUnsure) {
  const auto tasks = json::parse(exported("label-studio"));
  EXPECT_EQ(tasks[1]["data"]["image"], "/data/local-files/?d=a/2%20%C3%BC%26.jpg");
  EXPECT_EQ(tasks[1]["annotations"][0]["was_cancelled"], true);
  EXPECT_EQ(tasks[2]["annotations"][0]["result"][0]["value"]["choices"][0], "dog");
  EXPECT_EQ(tasks[3]["annotations"].size(), 0u);
}

TEST_F(Exchange, FoldersHoldLinksAndThePhotosStay) {
  exported("folders");
  EXPECT_THAT(names_in(folder_ / "out"), ElementsAre("cat, <gray>", "dog"));
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "out/dog/1.jpg"));
  EXPECT_EQ(read_text(folder_ / "out/dog/1.jpg"), "bytes of sub/1.jpg");
  EXPECT_TRUE(std::filesystem::is_regular_file(folder_ / "a/sub/1.jpg"));
  const auto again = session_of(folder_ / "a");
  expect_failure(ExitCode::usage, "new or empty",
                 [&] { export_labels(*again, "folders", folder_ / "out"); });
}

TEST_F(Exchange, CopiesAreFilesOfTheirOwn) {
  exported("copies");
  EXPECT_THAT(names_in(folder_ / "out"), ElementsAre("cat, <gray>", "dog"));
  EXPECT_THAT(names_in(folder_ / "out/dog"), ElementsAre("1.jpg"));
  EXPECT_FALSE(std::filesystem::is_symlink(folder_ / "out/dog/1.jpg"));
  folder_.write("a/sub/1.jpg", "changed");
  EXPECT_EQ(read_text(folder_ / "out/dog/1.jpg"), "bytes of sub/1.jpg");
  const auto again = session_of(folder_ / "a");
  expect_failure(ExitCode::usage, "new or empty",
                 [&] { export_labels(*again, "copies", folder_ / "out"); });
}

TEST_F(Exchange, OneClassMayHoldTwoPhotosOfOneName) {
  const auto session = session_of(photos("a"));
  session->answer({0, 2}, {Answer::Kind::label, "cat"});
  for (const auto* format : {"folders", "copies"}) {
    const auto to = folder_ / format;
    EXPECT_EQ(export_labels(*session, format, to), 2);
    EXPECT_THAT(names_in(to / "cat"), ElementsAre("1 (2).jpg", "1.jpg"));
  }
}

TEST_F(Exchange, ClassNamesLeadToNoOtherFolder) {
  const auto session = session_of(photos("a"));
  session->answer({0}, {Answer::Kind::label, "../up"});
  session->answer({1}, {Answer::Kind::label, ".."});
  export_labels(*session, "folders", folder_ / "out");
  EXPECT_THAT(names_in(folder_ / "out"), ElementsAre(".._up", "_.."));
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("a", "out"));
  session->answer({2}, {Answer::Kind::label, ".._up"});
  expect_failure(ExitCode::usage, "different folders",
                 [&] { export_labels(*session, "folders", folder_ / "more"); });
}

TEST_F(Exchange, AnswersOfOnesOwnStay) {
  exported("coco");
  std::filesystem::remove_all(folder_ / "a");
  const auto other = session_of(photos("a"));
  other->answer({0}, {Answer::Kind::label, "cow"});
  other->answer({2}, {Answer::Kind::unsure});
  const auto imported = import_labels(*other, "coco", folder_ / "out");
  EXPECT_EQ(imported.kept, 2);
  EXPECT_EQ(imported.taken, 0);
  EXPECT_THAT(labels(*other), ElementsAre("cow", "", "", ""));
}

TEST_F(Exchange, NamesOfClassesAreTakenAsTheyAreStored) {
  const auto session = session_of(photos("a"));
  session->answer({0}, {Answer::Kind::label, "bird"});
  const auto coco = [&](const std::string& category) {
    return folder_.write("coco.json", R"({"images": [{"id": 1, "file_name": "1.jpg"}],
      "categories": [{"id": 1, "name": ")" +
                                          category + R"("}],
      "annotations": [{"image_id": 1, "category_id": 1}]})");
  };
  const auto imported = import_labels(*session, "coco", coco(" bird "));
  EXPECT_EQ(imported.same, 1);
  EXPECT_EQ(imported.kept, 0);
  for (const auto& none : {std::string(), std::string(201, 'x')})
    expect_failure(ExitCode::data, AllOf(HasSubstr("coco.json"), HasSubstr("1 to 200 bytes")),
                   [&] { import_labels(*session, "coco", coco(none)); });
}

TEST_F(Exchange, PathsOfAnotherMachineAreFoundByTheirEnds) {
  const auto session = session_of(photos("a"));
  folder_.write("t.json", R"([{"data":{"image":"/home/me/a/sub/1.jpg"},"annotations":[{"result":
    [{"type":"choices","value":{"choices":["x"]}}]}]},
    {"data":{"image":"s3://bucket/4.jpg"},"annotations":[{"result":[{"type":"choices","value":{"choices":["y"]}}]}]},
    {"data":{"image":"s3://bucket/9.jpg"},"annotations":[{"result":[{"type":"choices","value":{"choices":["y"]}}]}]}])");
  EXPECT_EQ(import_labels(*session, "label-studio", folder_ / "t.json").unknown, 1);
  EXPECT_THAT(labels(*session), ElementsAre("", "", "x", "y"));
}

TEST_F(Exchange, WhatIsNoSuchFileIsAnErrorAndChangesNothing) {
  const auto session = session_of(photos("a"));
  const auto fails = [&](const std::string& format, const std::string& text,
                         const std::string& words) {
    folder_.write("bad", text);
    expect_failure(ExitCode::data, words,
                   [&] { import_labels(*session, format, folder_ / "bad"); });
  };
  fails("coco", "{}", "as coco writes it");
  fails("coco", "", "as coco writes it");
  fails("coco", R"({"images":[{"id":1e300,"file_name":"1.jpg"}],"categories":[],"annotations":[]})",
        "none of its");
  fails("coco", R"({"images":[],"categories":[],"annotations":[{"image_id":1,"category_id":1}]})",
        "one of another");
  fails("label-studio", "{}", "a list of tasks");
  fails("label-studio", "[{}]", "as label-studio writes it");
  fails("csv", "path,label\n1.jpg,a\n./1.jpg,b\n", "one label for each picture");
  expect_failure(ExitCode::usage, "did you mean", [&] { import_labels(*session, "coko", "x"); });
  expect_failure(ExitCode::usage, "did you mean", [&] { export_labels(*session, "csw", "x"); });
  EXPECT_THAT(labels(*session), ElementsAre("", "", "", ""));
}

TEST_F(Exchange, CvatIsReadAsOtherProgramsWriteIt) {
  const auto session = session_of(photos("a"));
  folder_.write("c.xml", R"(<?xml version="1.0" encoding="ISO-8859-1"?>
<annotations><version>1.1</version>
  <meta><task><labels><label><name>cat</name></label></labels></task></meta>
  <image id="0" name="/home/me/a/1.jpg" width="4" height="3">
    <box label="nose" xtl="1" ytl="1" xbr="2" ybr="2"><tag label="no tag of the image"/></box>
    <tag label="cat &amp; co &#252;" source="manual"><attribute name="old">true</attribute></tag>
  </image>
  <image id="1" name="elsewhere/9.jpg"><tag label="cat"/></image>
  <image id="2" name="sub/4.jpg"><tag label="dog"/><tag label="dog"/></image>
</annotations>)");
  const auto imported = import_labels(*session, "cvat", folder_ / "c.xml");
  EXPECT_EQ(imported.unknown, 1);
  EXPECT_THAT(labels(*session), ElementsAre("cat & co ü", "", "", "dog"));
  folder_.write(
      "d.xml",
      R"(<annotations><image name="sub/1.jpg"><tag label="&lt;b&gt;"/></image></annotations>)");
  EXPECT_EQ(import_labels(*session, "cvat", folder_ / "d.xml").taken, 1);
  EXPECT_THAT(labels(*session), ElementsAre("cat & co ü", "", "<b>", "dog"));
}

TEST_F(Exchange, CvatThatIsNoneIsRefusedWithItsLine) {
  const auto session = session_of(photos("a"));
  const auto fails = [&](const std::string& text, const std::string& words) {
    folder_.write("bad.xml", text);
    expect_failure(ExitCode::data, words,
                   [&] { import_labels(*session, "cvat", folder_ / "bad.xml"); });
  };
  const std::string image = "<image name=\"1.jpg\">", end = "</image></annotations>";
  fails("", "no element found");
  fails("path,label\n1.jpg,cat\n", "line 1: ");
  fails("<annotations>\n" + image + "\n</annotations>", "line 3: mismatched tag");
  fails("<svg/>", "line 1: an element 'svg'");
  fails("<annotations></annotations>", "no image");
  fails("<annotations><track/></annotations>", "no image");
  fails("<annotations><image><tag label=\"a\"/>" + end, "line 1: an image without its name");
  fails("<annotations>" + image + "<tag/>" + end, "line 1: a tag without its label");
  fails("<annotations>" + image + "<tag label=\"\"/>" + end, "line 1: a tag without its label");
  fails("<annotations>" + image + "<tag label=\"a\"/><tag label=\"b\"/>" + end,
        "one label for each picture");
  fails("<annotations>" + image + "<tag label=\"&a;\"/>" + end, "undefined entity");
  EXPECT_THAT(labels(*session), ElementsAre("", "", "", ""));
}

TEST_F(Exchange, CvatExpandsNoEntityAndNestsNoMoreThanItMust) {
  const auto session = session_of(photos("a"));
  folder_.write("secret", "not to be read");
  std::string laughs = "<!DOCTYPE annotations [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 30; ++i) {
    const auto before = "&a" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY a" + std::to_string(i) + " \"" + before + before + "\">";
  }
  for (const auto& head :
       {laughs + "]>",
        "<!DOCTYPE annotations [<!ENTITY a29 SYSTEM \"" + (folder_ / "secret").string() + "\">]>",
        std::string("<!DOCTYPE annotations SYSTEM \"a.dtd\">")}) {
    folder_.write("bad.xml", head +
                                 "<annotations><image name=\"1.jpg\"><tag label=\"x\"/>&a29;"
                                 "</image></annotations>");
    expect_failure(ExitCode::data, "line 1: a document type",
                   [&] { import_labels(*session, "cvat", folder_ / "bad.xml"); });
  }
  std::string deep = "<annotations>";
  for (int i = 0; i < 1000000; ++i) deep += "<a>";
  folder_.write("bad.xml", deep);
  expect_failure(ExitCode::data, "elements within each other",
                 [&] { import_labels(*session, "cvat", folder_ / "bad.xml"); });
  EXPECT_THAT(labels(*session), ElementsAre("", "", "", ""));
}

TEST_F(Exchange, ChangedAndCutFilesAreReadOrRefused) {
  for (const auto* format : {"label-studio", "cvat", "coco"}) {
    const auto good = exported(format);
    std::filesystem::remove_all(folder_ / "a");
    const auto session = session_of(photos("a"));
    std::mt19937 random(1);
    for (int i = 0; i < 200; ++i) {
      auto text = good.substr(0, i % 2 == 0 ? good.size() : random() % good.size());
      for (auto n = random() % 3; n > 0 && !text.empty(); --n)
        text[random() % text.size()] = static_cast<char>(random());
      folder_.write("bad", text);
      try {
        import_labels(*session, format, folder_ / "bad");
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ExitCode::bug);
      }
    }
  }
}

}  // namespace
}  // namespace sslhost::host
