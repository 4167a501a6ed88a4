// SPDX-License-Identifier: Apache-2.0
// Each check is needed: with it left out, the other checks of its level find nothing wrong with a
// plugin that it catches; or the table says which of them do.
#include "host/validate/catalogue.hpp"
#include "tests/host/validate/validate_program.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::bad_plugin;
using ::testing::ElementsAreArray;
using ::testing::UnorderedElementsAreArray;

struct Needed {
  const char* check;
  const char* plugin;
  const char* how = "";                  ///< of `misbehaves`
  std::vector<std::string> others = {};  ///< of its level, that find it too
};

void PrintTo(const Needed& row, std::ostream* out) { *out << row.plugin << " " << row.how; }

const Needed kTable[] = {
    {"abi", "other_torch"},
    {"symbols", "no_entry"},
    {"libraries", "disturbs_its_process"},
    {"load", "throws_on_describe", "", {"quiet", "twice", "before-others", "after-others"}},
    {"quiet", "contradicts_itself"},
    {"twice", "disturbs_its_process", "", {"quiet"}},  // which finds that it prints
    {"before-others", "counts_libraries"},
    {"options", "contradicts_itself", "", {"refusals", "defaults"}},
    {"defaults", "misbehaves", "breaks-in-build", {"inputs"}},
    {"inputs", "misbehaves", "writes-unseen"},
    {"settings", "misbehaves", "throws-in-some-settings"},
    {"streams", "misbehaves", "leaves-a-stream"},
    {"habits", "misbehaves", "forgets-a-parameter"},
    {"waits", "misbehaves", "waits", {"card"}},
    {"device", "misbehaves", "forgets-the-device", {"card"}},
    {"card", "misbehaves", "mixes-devices"},
    {"replay", "misbehaves", "promises-too-much"},
    {"finite", "misbehaves", "diverges", {"moves", "same-seed", "learns", "unlabeled"}},
    {"moves", "misbehaves", "forgets-a-parameter"},
    {"same-seed", "misbehaves", "draws-from-hardware", {"label-blind", "resume"}},
    {"learns", "misbehaves", "learns-nothing", {"moves", "label-blind", "unlabeled"}},
    {"label-blind", "misbehaves", "ignores-labels", {"learns"}},
    {"unlabeled", "misbehaves", "ignores-unlabeled"},
    {"predict", "misbehaves", "draws-in-predict"},
    {"resume", "misbehaves", "counts-steps", {"broken-state"}},
    {"nan", "misbehaves", "spreads-nan"},
    {"cycles", "misbehaves", "leaks"},
};

/// Those that no plugin of tests/bad_plugins is caught by alone.
const std::pair<const char*, const char*> kElsewhere[] = {
    {"record", "files that are none: bytes_checks_test"},
    {"owner", "a file's mode: bytes_checks_test"},
    {"after-others", "two plugins: APluginThatChangesAnother below"},
    {"refusals", "the SDK refuses for every plugin: a guard of ours against mistakes of its own"},
    {"broken-state", "what resumes badly fails `resume` before"},
    {"stops", "the trainer stops for every method: the same"},
    {"ranks", "not made so far"}};

class ValidateNecessity : public Validate {
 protected:
  static Answer made(const Needed& row, const std::vector<std::string>& names) {
    Arguments flags;
    for (const auto& name : names) flags = flags + Arguments{"--only", name};
    if (*row.how != '\0') flags = flags + Arguments{"--set", std::string("how=") + row.how};
    return validate(bad_plugin(row.plugin), flags);
  }
};

TEST_F(ValidateNecessity, EveryCheckIsInTheTableOrAccountedFor) {
  std::vector<std::string> all, said;
  for (const auto& check : checks()) all.push_back(check.name);
  for (const auto& row : kTable) said.emplace_back(row.check);
  for (const auto& [check, why] : kElsewhere) said.emplace_back(check);
  EXPECT_THAT(said, UnorderedElementsAreArray(all));
}

class EachCheck : public ValidateNecessity, public ::testing::WithParamInterface<Needed> {};

TEST_P(EachCheck, IsNeeded) {
  const auto& row = GetParam();
  std::vector<std::string> rest;
  for (const auto& check : checks())
    if (check.level == find_check(row.check).level && check.name != row.check)
      rest.push_back(check.name);
  EXPECT_THAT(made(row, {row.check}).bad(), ElementsAreArray({row.check}));
  EXPECT_THAT(made(row, rest).bad(), ElementsAreArray(row.others)) << "without " << row.check;
}

INSTANTIATE_TEST_SUITE_P(Checks, EachCheck, ::testing::ValuesIn(kTable), [](const auto& row) {
  std::string name = row.param.check;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_F(ValidateNecessity, APluginThatChangesAnotherIsFoundByItsEffect) {
  std::filesystem::create_directory(path("others"));
  std::filesystem::copy_file(bad_plugin("counts_libraries"), path("others/counts_libraries.so"));
  const auto found =
      validate(bad_plugin("misbehaves"), {"--level", "2", "--plugin-dir", path("others").string()});
  EXPECT_THAT(found.bad(), ElementsAreArray({"after-others"}));
  EXPECT_EQ(found.cause("after-others"),
            "the options of counts_libraries are others once it is loaded");
}

}  // namespace
}  // namespace sslhost::host
