// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/search_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "host/discovery/user_folders.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Search : public ::testing::Test {
 protected:
  Search() {
    unsetenv("SSLHOST_PLUGIN_PATH");
    setenv("XDG_DATA_HOME", (folder_.path() / "data").c_str(), 1);
  }
  static std::string message(const PluginFlags& flags) {
    try {
      make_search_path(flags);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::usage);
      return e.what();
    }
    return {};
  }
  static std::vector<std::string> folders(const PluginFlags& flags) {
    std::vector<std::string> paths;
    for (const auto& f : make_search_path(flags).folders) paths.push_back(f.path.string());
    return paths;
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }

  const TemporaryFolder folder_;
};

TEST_F(Search, FollowsTheDocumentedOrder) {
  for (const char* name : {"flag1", "flag2", "env1", "env2"}) folder_.folder(name);
  setenv("SSLHOST_PLUGIN_PATH", (at("env1") + "::" + at("env2") + "/:" + at("flag1")).c_str(), 1);
  const auto installed = program_folder().parent_path() / "lib/sslhost/plugins";
  EXPECT_THAT(folders({.folders = {at("flag2") + "/", at("flag1")}}),
              ElementsAre(at("flag2"), at("flag1"), at("env1"), at("env2"),
                          at("data/sslhost/plugins"), installed.string()));
}

TEST_F(Search, TheWorkingFolderIsNeverSearched) {
  folder_.folder("here");
  std::filesystem::current_path(folder_.path() / "here");
  setenv("SSLHOST_PLUGIN_PATH", ":", 1);
  for (const auto& path : folders({})) EXPECT_NE(path, at("here"));
  setenv("SSLHOST_PLUGIN_PATH", ".", 1);
  EXPECT_THAT(
      message({}),
      HasSubstr(
          "SSLHOST_PLUGIN_PATH: expected absolute folders, with ':' between them, found '.'"));
}

TEST_F(Search, RefusesFlagsThatNameNothing) {
  EXPECT_THAT(message({.folders = {at("none")}}), HasSubstr("no such folder"));
  EXPECT_THAT(message({.folders = {folder_.write("f.so", "x")}}), HasSubstr("not a folder"));
  EXPECT_THAT(message({.files = {at("none.so")}}), HasSubstr("no such file"));
}

TEST_F(Search, WithoutXdgVariableTheUserFolderIsBelowHome) {
  setenv("XDG_DATA_HOME", "relative/is/ignored", 1);
  setenv("HOME", at("home").c_str(), 1);
  EXPECT_EQ(user_data_folder(), at("home/.local/share/sslhost"));
}

TEST_F(Search, FindsRecipesBesidePlugins) {
  folder_.write("one/recipes/vat/digits.toml", "");
  folder_.write("two/recipes/vat/digits.toml", "");
  folder_.write("two/recipes/sgan/digits.toml", "");
  auto search = make_search_path({.folders = {at("one"), at("two")}});
  search.folders.resize(2);  // without the recipes of this build
  EXPECT_THAT(recipe_folders(search), ElementsAre(at("one/recipes"), at("two/recipes")));
  EXPECT_THAT(recipe_names(search), ElementsAre("sgan/digits", "vat/digits"));
  EXPECT_EQ(find_recipe("vat/digits", search), at("one/recipes/vat/digits.toml"));
  EXPECT_EQ(find_recipe("sgan/digits", search), at("two/recipes/sgan/digits.toml"));
}

TEST_F(Search, AFileIsARecipeToo) {
  const auto file = folder_.write("mine.toml", "");
  EXPECT_EQ(find_recipe(file, make_search_path({})), file);
  EXPECT_THROW(find_recipe(at("none.toml"), make_search_path({})), Error);
}

TEST_F(Search, AMistypedRecipeIsAnsweredWithTheNearest) {
  folder_.write("one/recipes/vat/digits.toml", "");
  folder_.write("secret.toml", "");
  const auto search = make_search_path({.folders = {at("one")}});
  expect_failure(ExitCode::usage, "did you mean vat/digits",
                 [&] { find_recipe("vat/digit", search); });
  EXPECT_THROW(find_recipe("../../secret", search), Error);  // a name, not a path
}

}  // namespace
}  // namespace sslhost::host
