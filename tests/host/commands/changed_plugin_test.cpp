// SPDX-License-Identifier: Apache-2.0
// A plugin that is another file when its run goes on.
#include <fstream>

#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ChangedPlugin : public Program {
 protected:
  ChangedPlugin() {
    folder_.folder("mine");
    std::filesystem::copy_file(built("lib/sslhost/plugins/supervised.so"), "mine/supervised.so");
    const auto r = run({"--plugin", "supervised", "--plugin-dir", "mine", "--model", "mlp-32",
                        "--iterations", "4", "--threads", "1", "--out", "run", "--quiet"});
    EXPECT_EQ(code(r.status), 0) << r.errors;
  }

  static nlohmann::json plugin() {
    return nlohmann::json::parse(read_text("run/run.json"))["plugins"]["method"];
  }
  /// As a rebuilt one, whose code differs.
  static void rebuild() { std::ofstream("mine/supervised.so", std::ios::app) << "another build"; }

  static ChildResult resume(const Arguments& more = {}) {
    return run(Arguments{"--resume", "run", "--plugin-dir", "mine", "--quiet"} + more);
  }
};

TEST_F(ChangedPlugin, TheRecordSaysWhichFileItWas) {
  EXPECT_EQ(plugin()["file"], path("mine/supervised.so").string());
  EXPECT_EQ(plugin()["checksum"].get<std::string>().size(), 64u);
  EXPECT_TRUE(plugin()["changes"].empty());
  EXPECT_EQ(code(resume().status), 0);
}

TEST_F(ChangedPlugin, AnotherIsRefused) {
  rebuild();
  const auto r = resume();
  EXPECT_EQ(code(r.status), static_cast<int>(ExitCode::storage)) << r.errors;
  EXPECT_THAT(r.errors, AllOf(HasSubstr("method supervised"), HasSubstr("mine/supervised.so"),
                              HasSubstr("--resume run --plugin-changed --plugin-dir ")));
}

TEST_F(ChangedPlugin, TheSameFromAnotherPlaceIsTaken) {
  std::filesystem::rename("mine/supervised.so", "supervised.so");
  const auto r = resume();  // the bundled one
  EXPECT_EQ(code(r.status), 0) << r.errors;
}

TEST_F(ChangedPlugin, GoesOnWhereTheUserSaysSoAndIsRecordedOnce) {
  const auto before = plugin()["checksum"];
  rebuild();
  const auto r = resume({"--plugin-changed"});
  EXPECT_EQ(code(r.status), 0) << r.errors;
  EXPECT_THAT(r.errors, HasSubstr("warning: method supervised is not the plugin"));
  const nlohmann::json changes = {{{"iteration", 4}, {"from", before}}};
  EXPECT_EQ(plugin()["changes"], changes);
  EXPECT_EQ(code(resume().status), 0);
  EXPECT_EQ(plugin()["changes"], changes);
}

TEST_F(ChangedPlugin, ARecordOfAnEarlierVersionIsReadAsBefore) {
  auto old = nlohmann::ordered_json::parse(read_text("run/run.json"));
  old.erase("plugins");
  std::ofstream("run/run.json") << old.dump();
  rebuild();
  EXPECT_EQ(code(resume().status), 0);
}

}  // namespace
}  // namespace sslhost::host
