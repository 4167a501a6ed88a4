// SPDX-License-Identifier: Apache-2.0
#include "host/run/metrics_writer.hpp"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <span>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "sslhost/error.hpp"

#include "host/run/csv.hpp"
#include "host/run/events.hpp"

namespace sslhost::host {

namespace {

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The shortest text that reads back as the same number; nan, inf, -inf.
std::string csv_number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string csv_lines(const MetricsRow& row) {
  const std::string start = std::to_string(row.iteration) + "," + csv_field(row.phase) + "," +
                            csv_number(row.seconds) + ",";
  std::string lines;
  for (const auto& [name, value] : row.values)
    lines += start + csv_field(name) + "," + csv_number(value) + "\n";
  return lines;
}

std::string tagged_event(const MetricsRow& row) {
  auto scalars = row.values;
  for (auto& scalar : scalars) scalar.first = row.phase + "/" + scalar.first;
  return scalar_event(wall_time(), row.iteration, scalars);
}

}  // namespace

MetricsWriter::MetricsWriter(const std::filesystem::path& folder,
                             const std::optional<MetricsState>& resume) {
  files_[0].path = folder / "metrics.jsonl";
  files_[1].path = folder / "metrics.csv";
  files_[2].path =
      folder / (resume ? resume->events_file
                       : "events.out.tfevents." +
                             std::to_string(static_cast<std::int64_t>(wall_time())) + ".sslhost");
  if (resume) {
    cut_back(*resume);
  } else {
    start_new();
  }
}

void MetricsWriter::start_new() {
  for (auto& file : files_) {
    file.descriptor = open_file(file.path, O_WRONLY | O_CREAT | O_EXCL, "to make a new file");
  }
  write({"", "iteration,phase,seconds,name,value\n", version_event(wall_time())});
  if (const int error = sync_folder(files_[0].path.parent_path())) {
    throw_storage(files_[0].path.parent_path(), "to make new files here", error);
  }
}

void MetricsWriter::cut_back(const MetricsState& state) {
  const std::array<std::int64_t, 3> bytes = {state.jsonl_bytes, state.csv_bytes,
                                             state.events_bytes};
  for (std::size_t i = 0; i < files_.size(); ++i) {
    auto& [path, descriptor, size] = files_[i];
    descriptor = open_file(path, O_WRONLY, "the metrics of the run to resume");
    const std::int64_t found = file_size(descriptor, path);
    if (bytes[i] < 0 || bytes[i] > found) {
      throw Error(
          ExitCode::storage,
          {path.string(), std::to_string(bytes[i]) + " bytes or more, as the checkpoint says",
           std::to_string(found), "the file was changed since: start a new run"});
    }
    size = bytes[i];
  }
  for (auto& file : files_) {
    if (::ftruncate(file.descriptor.get(), file.bytes) != 0 ||
        ::lseek(file.descriptor.get(), file.bytes, SEEK_SET) != file.bytes) {
      throw_storage(file.path, "to continue the file", errno);
    }
  }
}

void MetricsWriter::append(const MetricsRow& row) {
  write({to_json_line(row) + "\n", csv_lines(row), tagged_event(row)});
}

void MetricsWriter::write(const std::array<std::string, 3>& texts) {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const int error = write_all(files_[i].descriptor, std::as_bytes(std::span(texts[i])));
    if (error == 0) continue;
    for (std::size_t j = 0; j <= i; ++j) {
      // When even this fails, the error below is the one to tell.
      if (::ftruncate(files_[j].descriptor.get(), files_[j].bytes) == 0)
        ::lseek(files_[j].descriptor.get(), files_[j].bytes, SEEK_SET);
    }
    throw_storage(files_[i].path, "to append to the file", error, texts[i].size());
  }
  for (std::size_t i = 0; i < files_.size(); ++i)
    files_[i].bytes += static_cast<std::int64_t>(texts[i].size());
}

void MetricsWriter::flush() {
  for (const auto& file : files_) {
    if (::fsync(file.descriptor.get()) != 0)
      throw_storage(file.path, "to make the file durable", errno);
  }
}

MetricsState MetricsWriter::state() {
  flush();
  return {files_[0].bytes, files_[1].bytes, files_[2].bytes, files_[2].path.filename().string()};
}

}  // namespace sslhost::host
