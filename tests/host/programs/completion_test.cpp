// SPDX-License-Identifier: Apache-2.0
// The scripts of `sslhost completion`, in the shells that they are for.
#include <cstdlib>
#include <sstream>

#include <sys/wait.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/discovery/child.hpp"
#include "tests/support/built.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::built;
using sslhost::testing::TemporaryFolder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

using Words = std::vector<std::string>;

class Completion : public ::testing::Test {
 protected:
  Completion() {
    setenv("XDG_CACHE_HOME", (folder_.path() / "cache").c_str(), 1);
    setenv("XDG_DATA_HOME", (folder_.path() / "data").c_str(), 1);
    setenv("SSLHOST_PLUGIN_PATH", built("tests/bad_plugins").c_str(), 1);
  }
  ~Completion() override { unsetenv("SSLHOST_PLUGIN_PATH"); }

  static std::string program() { return built("tests/front/bin/sslhost"); }
  static ChildResult run(const std::filesystem::path& file, const Words& arguments) {
    return run_child(file, arguments, std::chrono::seconds(120));
  }
  /// Runs `script` in a shell, with the program as $1 and more words behind it.
  static ChildResult shell(const std::string& name, const std::string& script, Words more = {}) {
    Words arguments = {"-c", script};
    if (name != "fish") arguments.push_back(name);
    arguments.push_back(program());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run("/usr/bin/" + name, arguments);
  }
  static Words lines_of(const std::string& text) {
    Words lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
      if (!line.empty()) lines.push_back(line);
    return lines;
  }
  /// What bash offers for the last word.
  static Words offered(const Words& words) {
    const auto r =
        shell("bash",
              "source <(\"$1\" completion bash); COMP_WORDS=(\"$@\"); COMP_CWORD=$(($#-1));"
              "_sslhost; printf '%s\\n' \"${COMPREPLY[@]}\"",
              words);
    EXPECT_EQ(r.status, 0) << r.errors;
    EXPECT_THAT(r.errors, IsEmpty());
    return lines_of(r.output);
  }

  const TemporaryFolder folder_;
};

TEST_F(Completion, BashTakesTheScript) {
  const auto r = shell("bash", "\"$1\" completion bash | bash -n");
  EXPECT_EQ(r.status, 0);
  EXPECT_THAT(r.errors, IsEmpty());
  EXPECT_EQ(shell("bash", "source <(\"$1\" completion bash) && complete -p sslhost").output,
            "complete -o default -F _sslhost sslhost\n");
}

TEST_F(Completion, CommandsAreCompletedInFront) {
  EXPECT_THAT(offered({"pl"}), ElementsAre("plugins"));
  EXPECT_THAT(offered({""}), IsSupersetOf({"train", "predict", "config", "help", "completion"}));
  EXPECT_THAT(offered({""}), Not(Contains("probe")));
  EXPECT_THAT(offered({"--json", "pl"}), IsEmpty());
  EXPECT_THAT(offered({"help", "ver"}), ElementsAre("version"));
}

TEST_F(Completion, FlagsAreThoseOfTheCommand) {
  EXPECT_THAT(offered({"plugins", "--"}), ElementsAre("--json", "--check", "--plugin-dir",
                                                      "--plugin-file", "--help", "--version"));
  EXPECT_THAT(offered({"plugins", "w"}), ElementsAre("why"));
  EXPECT_THAT(offered({"--split-"}), ElementsAre("--split-seed"));
  EXPECT_THAT(offered({"config", "--e"}), IsSupersetOf({"--explain", "--eval-every"}));
  EXPECT_THAT(offered({"predict", "run", "--d"}),
              ::testing::UnorderedElementsAre("--data", "--dataset", "--device"));
}

TEST_F(Completion, ValuesAreChoicesAndPluginsThatThereAre) {
  EXPECT_THAT(offered({"--draw", ""}), ElementsAre("balanced", "random", "medoids"));
  EXPECT_THAT(offered({"--draw", "=", "r"}), ElementsAre("random")) << "as bash splits --draw=r";
  EXPECT_THAT(offered({"--draw", "="}), ElementsAre("balanced", "random", "medoids"));
  EXPECT_THAT(offered({"--overlap", "f"}), ElementsAre("false"));
  EXPECT_THAT(offered({"--plugin", "aborts"}), ElementsAre("aborts_in_step"));
  EXPECT_THAT(offered({"--plugin", "older"}), IsEmpty()) << "it cannot be used";
  EXPECT_THAT(offered({"--out", ""}), IsEmpty()) << "files, which bash finds itself";
}

TEST_F(Completion, ZshTakesTheScript) {
  if (!std::filesystem::exists("/usr/bin/zsh")) GTEST_SKIP() << "no zsh here";
  const auto r = shell("zsh",
                       "autoload -U compinit && compinit -D -u && "
                       "source <(\"$1\" completion zsh) && echo $_comps[sslhost]");
  EXPECT_EQ(r.status, 0) << r.errors;
  EXPECT_THAT(r.output, HasSubstr("_sslhost"));
}

TEST_F(Completion, FishCompletesCommandsFlagsAndValues) {
  if (!std::filesystem::exists("/usr/bin/fish")) GTEST_SKIP() << "no fish here";
  const auto offers = [](const std::string& line) {
    return shell("fish", "$argv[1] completion fish | source; complete -C '" + line + "'").output;
  };
  EXPECT_THAT(offers("sslhost pl"), HasSubstr("plugins\t"));
  EXPECT_THAT(offers("sslhost plugins --ch"), HasSubstr("--check\t"));
  EXPECT_THAT(offers("sslhost --draw "), HasSubstr("balanced"));
  EXPECT_THAT(offers("sslhost config --dr"), HasSubstr("--draw\t"));
}

TEST_F(Completion, OtherShellsAreRefused) {
  const auto r = run(program(), {"completion", "bas"});
  EXPECT_EQ(WEXITSTATUS(r.status), 2);
  EXPECT_THAT(r.errors, HasSubstr("one of bash, zsh, fish"));
  EXPECT_THAT(r.errors, HasSubstr("did you mean bash?"));
  EXPECT_EQ(WEXITSTATUS(run(program(), {"completion"}).status), 2);
}

}  // namespace
}  // namespace sslhost::host
