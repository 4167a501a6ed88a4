// SPDX-License-Identifier: Apache-2.0
#include "host/run/metrics_writer.hpp"

#include <string>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sslhost/error.hpp"

#include "tests/host/storage/small_disk.hpp"
#include "tests/support/failures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sslhost::host {
namespace {

using sslhost::testing::read_text;
using sslhost::testing::TemporaryFolder;
using ::testing::StartsWith;

MetricsRow row(std::int64_t i) {
  return {i, "train", 0.5 * static_cast<double>(i), {{"loss", 1.0 / i}, {"a,\"b\"", 2}}};
}

TEST(MetricsWriter, WritesJsonLinesAndLongCsv) {
  TemporaryFolder folder;
  MetricsWriter writer(folder.path());
  writer.append(row(1));
  writer.append({2, "train", 1, {{"new", 3}}});
  EXPECT_EQ(read_text(folder / "metrics.jsonl"),
            to_json_line(row(1)) + "\n" +
                R"({"iteration":2,"phase":"train","seconds":1.0,"new":3.0})" + "\n");
  EXPECT_EQ(read_text(folder / "metrics.csv"),
            "iteration,phase,seconds,name,value\n"
            "1,train,0.5,loss,1\n"
            "1,train,0.5,\"a,\"\"b\"\"\",2\n"
            "2,train,1,new,3\n");
}

TEST(MetricsWriter, StateSaysHowFarTheFilesGo) {
  TemporaryFolder folder;
  MetricsWriter writer(folder.path());
  writer.append(row(1));
  const auto state = writer.state();
  EXPECT_EQ(state.files.size(), metrics_formats().size());
  for (const auto& file : state.files)
    EXPECT_EQ(file.bytes, static_cast<std::int64_t>(read_text(folder / file.name).size()))
        << file.name;
  EXPECT_EQ(state.find("jsonl")->name, "metrics.jsonl");
  EXPECT_EQ(state.find("csv")->name, "metrics.csv");
  EXPECT_THAT(state.find("events")->name, StartsWith("events.out.tfevents."));
}

TEST(MetricsWriter, ResumedFilesEqualUninterruptedOnes) {
  TemporaryFolder whole, broken;
  MetricsWriter uninterrupted(whole.path());
  for (int i = 1; i <= 4; ++i) uninterrupted.append(row(i));

  MetricsState state;
  {
    MetricsWriter writer(broken.path());
    writer.append(row(1));
    writer.append(row(2));
    state = writer.state();
    writer.append(row(3));  // after the checkpoint: done again by the resumed run
  }
  MetricsWriter resumed(broken.path(), state);
  for (int i = 3; i <= 4; ++i) resumed.append(row(i));

  EXPECT_EQ(read_text(broken / "metrics.jsonl"), read_text(whole / "metrics.jsonl"));
  EXPECT_EQ(read_text(broken / "metrics.csv"), read_text(whole / "metrics.csv"));
  EXPECT_EQ(resumed.state().find("events")->bytes,
            uninterrupted.state().find("events")->bytes);  // wall times differ inside
  EXPECT_EQ(resumed.state().find("events")->name, state.find("events")->name);
  EXPECT_EQ(sslhost::testing::names_in(broken.path()).size(), metrics_formats().size());
}

TEST(MetricsWriter, FileThatLostBytesIsRefusedBeforeAnyIsCut) {
  TemporaryFolder folder;
  MetricsState state;
  {
    MetricsWriter writer(folder.path());
    writer.append(row(1));
    state = writer.state();
    writer.append(row(2));
  }
  const std::string jsonl = read_text(folder / "metrics.jsonl");
  std::filesystem::resize_file(folder / "metrics.csv", 10);
  expect_failure(ExitCode::storage, "metrics.csv",
                 [&] { MetricsWriter resumed(folder.path(), state); });
  EXPECT_EQ(read_text(folder / "metrics.jsonl"), jsonl);
}

/// A run that wrote two rows, and its state.
MetricsState two_rows(const TemporaryFolder& folder) {
  MetricsWriter writer(folder.path());
  writer.append(row(1));
  writer.append(row(2));
  return writer.state();
}

TEST(MetricsWriter, NamesThatNoRunGivesAreRefused) {
  TemporaryFolder folder;
  const auto state = two_rows(folder);
  TemporaryFolder elsewhere;
  sslhost::testing::write_text(elsewhere / "victim.txt", std::string(9000, 'v'));
  const auto victim = elsewhere / "victim.txt";
  const auto relative = std::filesystem::relative(victim, folder.path()).string();
  const std::string zero("events.out.tfevents.1.sslhost\0", 30);
  for (const auto& name : {victim.string(), relative, std::string(".."), std::string(),
                           std::string("run.json"), std::string("events.out.tfevents..sslhost"),
                           std::string("events.out.tfevents./../1.sslhost"), zero}) {
    auto changed = state;
    for (auto& file : changed.files)
      if (file.format == "events") file.name = name;
    EXPECT_EQ(failure_of([&] { MetricsWriter resumed(folder.path(), changed); }).code(),
              ExitCode::storage)
        << name;
    for (const auto& format : metrics_formats()) EXPECT_FALSE(is_file_name(format, name)) << name;
  }
  EXPECT_EQ(read_text(victim), std::string(9000, 'v'));
}

TEST(MetricsWriter, LinksAndPipesAreNotWrittenThrough) {
  for (const char* name : {"metrics.csv", "metrics.jsonl"}) {
    TemporaryFolder folder, elsewhere;
    const auto state = two_rows(folder);
    const auto victim = elsewhere / "victim.txt";
    sslhost::testing::write_text(victim, std::string(9000, 'v'));
    std::filesystem::remove(folder / name);
    std::filesystem::create_symlink(victim, folder / name);
    expect_failure(ExitCode::storage, "found a link",
                   [&] { MetricsWriter resumed(folder.path(), state); });
    EXPECT_EQ(read_text(victim), std::string(9000, 'v'));
    std::filesystem::remove(folder / name);
    ASSERT_EQ(::mkfifo((folder / name).c_str(), 0600), 0);
    expect_failure(ExitCode::storage, name, [&] { MetricsWriter resumed(folder.path(), state); });
  }
}

TEST(MetricsWriter, AFileThatHasOtherNamesTooIsNotWrittenTo) {
  for (const char* name : {"metrics.csv", "metrics.jsonl"}) {
    TemporaryFolder folder;
    const auto state = two_rows(folder);
    const auto before = read_text(folder / name);
    std::filesystem::create_hard_link(folder / name, folder / "other");
    sslhost::testing::write_text(folder / "other", before + "a row behind the checkpoint\n");
    expect_failure(ExitCode::storage, "hard links",
                   [&] { MetricsWriter resumed(folder.path(), state); });
    EXPECT_EQ(read_text(folder / "other"), before + "a row behind the checkpoint\n");
    std::filesystem::remove(folder / "other");
    MetricsWriter resumed(folder.path(), state);
    EXPECT_EQ(read_text(folder / name), before);
  }
}

TEST(MetricsWriter, AFormatThatTheRunDidNotHaveBeginsWhereItGoesOn) {
  TemporaryFolder folder;
  MetricsState state;
  {
    MetricsWriter writer(folder.path());
    writer.append(row(1));
    state = writer.state();
  }
  std::erase_if(state.files, [](const auto& file) { return file.format == "csv"; });
  std::filesystem::remove(folder / "metrics.csv");
  for (int resumes = 0; resumes < 2; ++resumes) {  // the first is killed before its checkpoint
    MetricsWriter resumed(folder.path(), state);
    resumed.append({2, "train", 1, {{"loss", 3}}});
  }
  EXPECT_EQ(read_metrics(folder / "metrics.jsonl").size(), 2);
  EXPECT_EQ(read_text(folder / "metrics.csv"),
            "iteration,phase,seconds,name,value\n2,train,1,loss,3\n");
  std::filesystem::create_hard_link(folder / "metrics.csv", folder / "other");
  expect_failure(ExitCode::storage, "hard links",
                 [&] { MetricsWriter resumed(folder.path(), state); });
}

TEST(MetricsWriter, NewRunRefusesExistingFiles) {
  TemporaryFolder folder;
  sslhost::testing::write_text(folder / "metrics.jsonl", "somebody's");
  EXPECT_THROW(MetricsWriter(folder.path()), Error);
  EXPECT_EQ(read_text(folder / "metrics.jsonl"), "somebody's");
}

TEST(MetricsWriter, FullDiskLeavesWholeRowsInAllFiles) {
  testing::SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << disk.why_not();
  MetricsWriter writer(disk.path());
  MetricsRow wide = {1, "train", 0, {}};
  for (int i = 0; i < 100; ++i) wide.values.emplace_back("value" + std::to_string(i), i);
  int rows = 0;
  expect_failure(ExitCode::storage, "No space left on device", [&] {
    for (; rows < 1000; ++rows) writer.append(wide);
  });
  ASSERT_GT(rows, 0);
  EXPECT_EQ(read_metrics(disk.path() / "metrics.jsonl").size(), rows);
  const std::string csv = read_text(disk.path() / "metrics.csv");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 100 * rows);
  for (const auto& file : writer.state().files)
    EXPECT_EQ(std::filesystem::file_size(disk.path() / file.name), file.bytes) << file.name;
}

}  // namespace
}  // namespace sslhost::host
