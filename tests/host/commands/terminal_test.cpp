// SPDX-License-Identifier: Apache-2.0
// What the program writes to a terminal (a pseudo-terminal here).
#include <cerrno>
#include <cstring>

#include <pty.h>

#include "tests/host/commands/program.hpp"

namespace sslhost::host {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class Terminal : public Program {
 protected:
  void SetUp() override {
    Program::SetUp();
    int master = -1, slave = -1;
    if (openpty(&master, &slave, nullptr, nullptr, nullptr) != 0)
      GTEST_SKIP() << "no pseudo-terminal: " << std::strerror(errno)
                   << "; in a container or chroot devpts has to be mounted at /dev/pts";
    close(master);
    close(slave);
  }
  /// All that the program writes to a terminal of 100 columns; its status is added to `status`.
  std::string on_terminal(const Arguments& arguments, int& status) {
    const auto file = program();
    std::vector<char*> argv = {const_cast<char*>(file.c_str())};
    for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    winsize size = {.ws_row = 25, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    int master = -1;
    const pid_t pid = forkpty(&master, nullptr, nullptr, &size);
    if (pid == 0) {
      execv(file.c_str(), argv.data());
      _exit(127);
    }
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = read(master, buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<size_t>(n));
    close(master);
    waitpid(pid, &status, 0);
    return text;
  }
};

TEST_F(Terminal, ProgressIsOneRedrawnLineThatIsGoneAtTheEnd) {
  int status = 0;
  const auto text = on_terminal(small_run(3000, "run"), status);
  ASSERT_EQ(code(status), 0) << text;
  const auto first = text.find("\r\033[K"), last = text.rfind("\r\033[K");
  ASSERT_NE(first, std::string::npos);
  ASSERT_LT(first, last);
  const auto drawn = text.substr(first, last - first);
  EXPECT_THAT(drawn, HasSubstr("3000/3000  100 %"));
  EXPECT_THAT(drawn, Not(HasSubstr("\n")));
  for (size_t at = 0;
       (at = drawn.find("\033[K", at)) != std::string::npos;) {  // one that wraps cannot be redrawn
    at += 3;
    EXPECT_LT(std::min(drawn.find('\r', at), drawn.size()) - at, 100u) << drawn.substr(at);
  }
  EXPECT_THAT(text.substr(last), ::testing::StartsWith("\r\033[Kvat on digits, 50 labels"));
  EXPECT_THAT(text, EndsWith("sslhost predict run\r\n"));
}

TEST_F(Terminal, ErrorsHaveColourUnlessItIsUnwanted) {
  int status = 0;
  EXPECT_THAT(on_terminal({"--plugin", "vatt"}, status),
              HasSubstr("\033[1;31merror:\033[0m --plugin vatt"));
  EXPECT_EQ(code(status), 5);
  EXPECT_THAT(on_terminal({"--plugin", "vat", "--seed", "x"}, status),
              HasSubstr("\033[1;31merror:\033[0m options"));
  EXPECT_EQ(code(status), 2);
  setenv("NO_COLOR", "1", 1);
  EXPECT_THAT(on_terminal({"--plugin", "vatt"}, status), Not(HasSubstr("\033")));
}

TEST_F(Terminal, OneThatKnowsNoEscapeCodesGetsNone) {
  for (const bool dumb : {true, false}) {
    if (dumb)
      setenv("TERM", "dumb", 1);
    else
      unsetenv("TERM");
    int status = 0;
    EXPECT_THAT(on_terminal({"--plugin", "vatt"}, status), Not(HasSubstr("\033")));
    std::filesystem::remove_all("run");
    EXPECT_THAT(on_terminal(small_run(30, "run"), status), Not(HasSubstr("\033")));
    EXPECT_EQ(code(status), 0);
  }
}

TEST_F(Terminal, QuietShowsTheResultAlone) {
  int status = 0;
  const auto text = on_terminal(small_run(100, "run") + Arguments{"--quiet"}, status);
  EXPECT_EQ(code(status), 0);
  EXPECT_THAT(text, ::testing::StartsWith("vat on digits, 50 labels"));
}

}  // namespace
}  // namespace sslhost::host
