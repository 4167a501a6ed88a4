// SPDX-License-Identifier: Apache-2.0
// Several programs at once on one run folder and on one cache. SSLHOST_TEST_PROCESSES and
// SSLHOST_TEST_ROUNDS make it a longer test (docs/explanation/reliability.md: 16 and 50).
#include <list>

#include "tests/datasets/images/bitmap.hpp"
#include "tests/host/commands/running_program.hpp"
#include "tests/host/survey/pictures.hpp"

namespace sslhost::host {
namespace {

using ::testing::HasSubstr;

int number(const char* variable, int usual) {
  const char* value = std::getenv(variable);
  return value == nullptr ? usual : std::stoi(value);
}

class Concurrency : public Program {
 protected:
  // Before the constructor of Program takes SSLHOST_* away.
  static inline const int kProcesses = number("SSLHOST_TEST_PROCESSES", 4);
  static inline const int kRounds = number("SSLHOST_TEST_ROUNDS", 2);

  /// All at once; what each ended with, and its words.
  std::vector<std::pair<int, std::string>> all_of(const std::vector<Arguments>& commands) const {
    std::list<RunningProgram> running;
    for (size_t i = 0; i < commands.size(); ++i)
      running.emplace_back(program(), commands[i], path("log" + std::to_string(i)).string());
    std::vector<std::pair<int, std::string>> ends;
    for (auto& one : running) {
      const int status = code(one.wait());
      ends.emplace_back(status, one.errors());
    }
    return ends;
  }

  /// 120 pictures of two classes.
  void write_photos() const {
    for (uint64_t i = 0; i < 120; ++i) {
      const auto picture = smooth_picture(i);
      const auto side = static_cast<int>(picture.width);
      const auto pixel = [&](int x, int y, int c) {
        return picture.pixels[static_cast<size_t>((c * side + y) * side + x)];
      };
      folder_.write("photos/" + std::string(i % 2 ? "cat/" : "dog/") + std::to_string(i) + ".bmp",
                    images::bitmap_of(side, side, pixel));
    }
  }

  static std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }
};

TEST_F(Concurrency, OneRunFolderHasOneWinnerAndItsRunIsWhole) {
  ASSERT_EQ(code(run(small_run(20, "alone")).status), 0);
  for (int round = 0; round < kRounds; ++round) {
    const auto name = "run" + std::to_string(round);
    const auto ends =
        all_of(std::vector<Arguments>(static_cast<size_t>(kProcesses), small_run(20, name)));
    int winners = 0;
    for (const auto& [status, errors] : ends) {
      winners += status == 0;
      EXPECT_THAT(status, ::testing::AnyOf(0, static_cast<int>(ExitCode::busy))) << errors;
    }
    EXPECT_EQ(winners, 1);
    expect_same_end(name, "alone");
  }
}

TEST_F(Concurrency, OneCacheOfProbesServesAllThatFillIt) {
  for (int round = 0; round < kRounds; ++round) {
    std::filesystem::remove_all("cache");
    std::vector<Arguments> commands;
    for (int i = 0; i < kProcesses; ++i)
      commands.push_back(small_run(10, "probes" + std::to_string(round) + "-" + std::to_string(i)));
    for (const auto& [status, errors] : all_of(commands)) EXPECT_EQ(status, 0) << errors;
    for (const auto& file : files_below("cache"))
      EXPECT_FALSE(nlohmann::json::parse(read_text(file), nullptr, false).is_discarded()) << file;
  }
}

TEST_F(Concurrency, OneCacheOfPicturesIsBuiltOnceOrTheSame) {
  write_photos();
  const auto photos_run = [](const std::string& out) {
    return Arguments{"--data",    "photos", "--plugin",     "supervised", "--model", "mlp-32",
                     "--labels",  "20",     "--encoder",    "none",       "--out",   out,
                     "--threads", "1",      "--iterations", "10"};
  };
  const auto first = run(photos_run("alone"));
  ASSERT_EQ(code(first.status), 0) << first.errors;
  for (int round = 0; round < kRounds; ++round) {
    std::filesystem::remove_all("cache");
    std::vector<Arguments> commands;
    for (int i = 0; i < kProcesses; ++i)
      commands.push_back(photos_run("photos" + std::to_string(round) + "-" + std::to_string(i)));
    for (const auto& [status, errors] : all_of(commands)) EXPECT_EQ(status, 0) << errors;
    for (const auto& command : commands) expect_same_end(command[11], "alone");
    for (const auto& file : files_below("cache"))
      EXPECT_THAT(file.string(), ::testing::Not(HasSubstr(".part"))) << "left behind";
  }
}

TEST_F(Concurrency, ReadersOfARunThatGoesOnDoNoHarm) {
  ASSERT_EQ(code(run(small_run(500, "alone")).status), 0);
  RunningProgram training(program(), small_run(500, "run") + Arguments{"--checkpoint-every", "2"},
                          path("log").string());
  ASSERT_TRUE(training.until_started()) << training.errors();
  do {
    const auto predicted = run({"predict", "run"});
    EXPECT_THAT(code(predicted.status), ::testing::AnyOf(0, static_cast<int>(ExitCode::storage)))
        << predicted.errors;
    const auto resumed = run({"--resume", "run"});
    if (!training.ended()) {
      EXPECT_EQ(code(resumed.status), static_cast<int>(ExitCode::busy)) << resumed.errors;
    }
  } while (!training.ended());
  EXPECT_EQ(code(training.wait()), 0) << training.errors();
  expect_same_end("run", "alone");
}

}  // namespace
}  // namespace sslhost::host
