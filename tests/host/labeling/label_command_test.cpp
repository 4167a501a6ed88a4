// SPDX-License-Identifier: Apache-2.0
// `sslhost label` as it is started and ended from a terminal.
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/host/programs/front_program.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

class Label : public Front {
 protected:
  Label() {
    folder_.write("p/a.jpg", "not opened");
    folder_.write("p/b.jpg", "not opened");
    folder_.write("p/labels.csv", "path,label\na.jpg,cat\n");
  }
  const std::filesystem::path photos_ = folder_ / "p";
};

/// The program, with what it prints.
class Started {
 public:
  explicit Started(const std::vector<std::string>& arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], 1);
      const auto program = front().string();
      std::vector<char*> words = {const_cast<char*>(program.c_str())};
      for (const auto& one : arguments) words.push_back(const_cast<char*>(one.c_str()));
      words.push_back(nullptr);
      ::execv(program.c_str(), words.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Started() {
    if (child_ > 0) end(SIGKILL);
    ::close(output_);
  }
  /// Until it has printed `words`, or ends.
  void read_until(const std::string& words) {
    char byte = 0;
    while (text_.find(words) == std::string::npos && ::read(output_, &byte, 1) == 1) text_ += byte;
  }
  /// Its exit code.
  int end(int signal) {
    ::kill(child_, signal);
    read_until("\n\nthe end is never printed");
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  const std::string& text() const { return text_; }

 private:
  pid_t child_ = 0;
  int output_ = -1;
  std::string text_;
};

TEST_F(Label, PrintsItsAddressAndTheNextCommand) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Started label({"label", photos_.string(), "--no-browser"});
    label.read_until("saved at once\n");
    EXPECT_THAT(label.text(),
                ::testing::ContainsRegex("http://127.0.0.1:[0-9]+/#token=[0-9a-f]+\n"));
    EXPECT_EQ(label.end(signal), 0);
    EXPECT_THAT(label.text(), HasSubstr("1 of 2 pictures have a label\nnext: sslhost --data " +
                                        photos_.string()));
  }
  EXPECT_EQ(read_text(photos_ / "labels.csv"), "path,label\na.jpg,cat\n");
}

TEST_F(Label, WithoutALabelNoTrainingIsProposed) {
  folder_.write("new/a.jpg", "not opened");
  Started label({"label", (folder_ / "new").string(), "--no-browser"});
  label.read_until("saved at once\n");
  EXPECT_EQ(label.end(SIGINT), 0);
  EXPECT_THAT(label.text(), ::testing::EndsWith("0 of 1 pictures have a label\n"));
}

TEST_F(Label, SecondOneIsRefusedAndOneThatLooksIsNot) {
  Started label({"label", photos_.string(), "--no-browser"});
  label.read_until("saved at once\n");
  const auto second = run({"label", photos_.string(), "--no-browser"});
  EXPECT_EQ(code(second), 8);
  EXPECT_THAT(second.errors, HasSubstr("another `sslhost label`"));
  Started looking({"label", photos_.string(), "--no-browser", "--read-only"});
  looking.read_until("nothing is written\n");
  EXPECT_EQ(looking.end(SIGINT), 0);
}

TEST_F(Label, KilledOneIsFollowedByAnother) {
  Started label({"label", photos_.string(), "--no-browser"});
  label.read_until("saved at once\n");
  EXPECT_EQ(label.end(SIGKILL), -SIGKILL);
  Started again({"label", photos_.string(), "--no-browser"});
  again.read_until("saved at once\n");
  EXPECT_EQ(again.end(SIGINT), 0);
}

TEST_F(Label, GivesAndTakesWithoutAPage) {
  const auto out = (folder_ / "out.json").string();
  auto result = run({"label", photos_.string(), "--export", "coco", "--to", out});
  EXPECT_EQ(code(result), 0) << result.errors;
  EXPECT_EQ(result.output, "1 label in " + out + "\n");
  EXPECT_EQ(code(run({"label", photos_.string(), "--export", "csv", "--to", out})), 2);
  result = run({"label", photos_.string(), "--export", "coco", "--to", out, "--force"});
  EXPECT_EQ(code(result), 0) << result.errors;
  result = run({"label", photos_.string(), "--import", "coco", "--from", out});
  EXPECT_EQ(result.output, "0 labels taken; 1 were there\n") << result.errors;
  std::filesystem::remove(photos_ / "labels.csv");
  result = run({"label", photos_.string(), "--import", "coco", "--from", out});
  EXPECT_EQ(result.output, "1 label taken\n") << result.errors;
  EXPECT_EQ(read_text(photos_ / "labels.csv"), "path,label\na.jpg,cat\n");
}

TEST_F(Label, AnAnswerThatStaysIsCounted) {
  folder_.write("other.csv", "path,label\na.jpg,dog\n");
  const auto result = run(
      {"label", photos_.string(), "--import", "csv", "--from", (folder_ / "other.csv").string()});
  EXPECT_EQ(result.output, "0 labels taken; 1 picture keeps another answer\n") << result.errors;
}

TEST_F(Label, MistakesAreNamed) {
  const auto expect = [](const std::vector<std::string>& arguments, int exit_code,
                         const std::string& words) {
    const auto result = run(arguments);
    EXPECT_EQ(code(result), exit_code) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr(words));
  };
  expect({"label"}, 2, "the folder with the photos");
  expect({"label", "a", "b"}, 2, "several words");
  expect({"label", (folder_ / "none").string()}, 2, "none");
  expect({"label", photos_.string(), "--port", "0"}, 2, "1 to 65535");
  expect({"label", photos_.string(), "--port", "70000"}, 2, "1 to 65535");
  expect({"label", photos_.string(), "--order", "none"}, 3, "--order");
  expect({"label", photos_.string(), "--predictions", "none"}, 3, "--predictions");
  const auto table = (photos_ / "labels.csv").string();
  expect({"label", photos_.string(), "--export", "csv"}, 2, "--to beside it");
  expect({"label", photos_.string(), "--export", "csv", "--to", table}, 2, "another file");
  expect({"label", photos_.string(), "--import", "coco"}, 2, "--from beside it");
  expect({"label", photos_.string(), "--import", "folders", "--from", table}, 2,
         "label-studio, cvat, coco");
  expect({"label", photos_.string(), "--accept", "1.5"}, 2, "a probability from 0 to 1");
  expect({"label", photos_.string(), "--accept", "0.9"}, 2, "--to beside it");
  expect({"label", photos_.string(), "--accept", "0.9", "--to", table}, 2, "another file");
  const auto photo = (photos_ / "a.jpg").string(), to = (folder_ / "new.csv").string();
  expect({"label", photos_.string(), "--accept", "0.9", "--to", photo, "--force"}, 2, "a picture");
  expect({"label", photos_.string(), "--accept", "0.9", "--holdout", "1", "--to", to}, 2,
         "a share from 0 to 0.9");
  expect({"label", photos_.string(), "--watch"}, 2, "--watch");
  expect({"label", folder_.folder("empty").string()}, 3, "empty");
}

}  // namespace
}  // namespace sslhost::host
