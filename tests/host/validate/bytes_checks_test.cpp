// SPDX-License-Identifier: Apache-2.0
// Level 1: each check fails for a file that deserves it.
#include "host/validate/bytes_checks.hpp"

#include <gmock/gmock.h>

#include "host/discovery/library_facts.hpp"
#include "tests/support/built.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using sslhost::testing::built;
using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using sslhost::testing::write_text;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::filesystem::path& vat() {
  static const auto file = built("lib/sslhost/plugins/vat.so");
  return file;
}

Outcome found(const std::string& check, const std::filesystem::path& file) {
  return check_bytes(find_check(check), file);
}

void expect_failed(const std::string& check, const std::filesystem::path& file,
                   const std::string& cause) {
  const auto outcome = found(check, file);
  EXPECT_EQ(outcome.verdict, Verdict::fail) << check;
  EXPECT_THAT(outcome.cause, HasSubstr(cause));
}

TEST(BytesChecks, PassForAPluginAsItShouldBe) {
  for (const auto& check : checks()) {
    if (check.in_worker) continue;
    EXPECT_EQ(found(check.name, vat()).cause, "") << check.name;
  }
}

TEST(BytesChecks, SeeWhatIsNoPlugin) {
  const TemporaryFolder folder;
  write_text(folder / "text.so", "no library");
  expect_failed("record", folder / "text.so", "foreign");
  EXPECT_EQ(found("abi", folder / "text.so").verdict, Verdict::skip);
  const auto whole = read_text(vat());
  write_text(folder / "cut.so", whole.substr(0, whole.size() / 2));
  expect_failed("record", folder / "cut.so", "truncated");
}

TEST(BytesChecks, SeeAnotherLibTorchAndSdk) {
  expect_failed("abi", bad_plugin("older_sdk"), "SDK");
  expect_failed("abi", bad_plugin("other_torch"), "1.13.1");
}

TEST(BytesChecks, SeeWhatIsExportedBesidesTheEntry) {
  expect_failed("symbols", built("lib/libsslhost_sdk.so"),
                "that all plugins of a process would share");
  EXPECT_THAT(library_facts(vat()).exported, ElementsAre("sslhost_plugin_v1"));
  expect_failed("symbols", bad_plugin("no_entry"), "exports no sslhost_plugin_v1");
}

TEST(BytesChecks, SeeARunPathThatDependsOnTheWorkingFolder) {
  expect_failed("libraries", bad_plugin("disturbs_its_process"), "'lib'");
  EXPECT_THAT(library_facts(vat()).needed, Contains(HasSubstr("libsslhost_sdk")));
}

TEST(BytesChecks, SeeAFileThatOthersMayWriteTo) {
  const TemporaryFolder folder;
  const auto copy = folder / "vat.so";
  std::filesystem::copy_file(vat(), copy);
  std::filesystem::permissions(copy, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  expect_failed("owner", copy, "others may write");
}

TEST(BytesChecks, FilesCutAnywhereOrFlippedAreJudged) {
  const TemporaryFolder folder;
  const auto file = folder / "broken.so";
  const auto whole = read_text(bad_plugin("null_entry"));
  for (size_t i = 0; i < whole.size(); i += whole.size() / 200) {
    write_text(file, whole.substr(0, i));
    for (const auto& check : checks())
      if (!check.in_worker) found(check.name, file);
    auto flipped = whole;
    flipped[i] = static_cast<char>(~flipped[i]);
    write_text(file, flipped);
    for (const auto& check : checks())
      if (!check.in_worker) found(check.name, file);
  }
}

TEST(Catalogue, KnowsItsChecksByName) {
  EXPECT_EQ(find_check("label-blind").level, 4);
  sslhost::expect_failure(ExitCode::usage, "did you mean resume", [] { find_check("resum"); });
}

}  // namespace
}  // namespace sslhost::host
