// SPDX-License-Identifier: Apache-2.0
#include "host/discovery/discovery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/support/built.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using sslhost::testing::TemporaryFolder;
using ::testing::HasSubstr;

class Discovery : public ::testing::Test {
 protected:
  SearchPath search(const std::vector<std::string>& folders) const {
    SearchPath path;
    for (const auto& f : folders)
      path.folders.push_back({folder_.path() / f, "--plugin-dir", true});
    return path;
  }
  static std::string message(PluginKind kind, const std::string& id, const SearchPath& search) {
    try {
      find_plugin(kind, id, search);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::plugin);
      return e.what();
    }
    return {};
  }

  const TemporaryFolder folder_;
};

TEST_F(Discovery, EveryFileHasAStateAndAReason) {
  folder_.copy(bad_plugin("aborts_in_step"), "p/a.so");
  folder_.copy(bad_plugin("older_sdk"), "p/b.so");
  folder_.write("p/c.so", "");
  folder_.write("p/d.so", "text");
  folder_.write("p/e.txt", "not looked at");
  std::filesystem::create_symlink("nowhere", folder_.path() / "p/f.so");
  const auto all = scan(search({"p"}));
  ASSERT_EQ(all.size(), 5u);
  const State expected[] = {State::ready, State::incompatible, State::empty, State::foreign,
                            State::unreadable};
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].state, expected[i]) << all[i].file;
    EXPECT_EQ(all[i].reason.empty(), all[i].state == State::ready) << all[i].file;
  }
}

TEST_F(Discovery, TheFirstOfAnIdWinsAndTheOthersAreShownAsShadowed) {
  folder_.copy(bad_plugin("aborts_in_step"), "one/x.so");
  folder_.copy(bad_plugin("aborts_in_step"), "two/y.so");
  const auto all = scan(search({"two", "one"}));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].state, State::ready);
  EXPECT_EQ(all[1].state, State::shadowed);
  EXPECT_THAT(all[1].reason, HasSubstr("two/y.so comes first"));
  EXPECT_EQ(find_plugin(PluginKind::method, "aborts_in_step", search({"two", "one"})).file,
            folder_.path() / "two/y.so");
}

TEST_F(Discovery, AFileThatCannotBeUsedShadowsNothing) {
  const auto file = folder_.copy(bad_plugin("aborts_in_step"), "one/x.so");
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  folder_.copy(bad_plugin("aborts_in_step"), "two/y.so");
  const auto all = scan(search({"one", "two"}));
  EXPECT_EQ(all[0].state, State::unsafe);
  EXPECT_EQ(all[1].state, State::ready);
}

TEST_F(Discovery, AMistypedIdIsAnsweredWithTheNearestAndTheFoldersSearched) {
  folder_.copy(bad_plugin("aborts_in_step"), "p/a.so");
  const auto text = message(PluginKind::method, "abort_in_step", search({"p"}));
  EXPECT_THAT(text, HasSubstr("--plugin abort_in_step"));
  EXPECT_THAT(text, HasSubstr("did you mean aborts_in_step?"));
  EXPECT_THAT(text, HasSubstr((folder_.path() / "p").string()));
}

TEST_F(Discovery, AMethodIsNoDataset) {
  folder_.copy(bad_plugin("aborts_in_step"), "p/a.so");
  EXPECT_THAT(message(PluginKind::dataset, "aborts_in_step", search({"p"})),
              HasSubstr("which is a method"));
}

TEST_F(Discovery, AFileOfThatNameThatCannotBeUsedIsNamedWithItsReason) {
  folder_.write("p/vat.so", "");
  folder_.copy(bad_plugin("older_sdk"), "p/z.so");
  EXPECT_THAT(message(PluginKind::method, "vat", search({"p"})),
              HasSubstr("vat.so, empty: the file has no bytes"));
  const auto text = message(PluginKind::method, "older_sdk", search({"p"}));
  EXPECT_THAT(text, HasSubstr("z.so, incompatible: SDK: plugin 0.0, host 0.2; LibTorch"));
  EXPECT_THAT(text, HasSubstr("cmake"));
}

}  // namespace
}  // namespace sslhost::host
