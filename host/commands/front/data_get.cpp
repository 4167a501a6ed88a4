// SPDX-License-Identifier: Apache-2.0
#include "host/commands/front/data_get.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <signal.h>

#include "sslhost/error.hpp"

#include "host/commands/terminal_line.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/log/shell_word.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

volatile sig_atomic_t stop_asked = 0;

/// The first signal ends the transfer in words; the second finds the default action.
extern "C" void on_stop(int number) {
  stop_asked = 1;
  signal(number, SIG_DFL);
}

/// "9.9 MB"; megabytes are millions of bytes.
std::string megabytes(int64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f MB", bytes < 10'000'000 ? 2 : 1,
                static_cast<double>(bytes) / 1e6);
  return text;
}

fs::path place_of(const WantedFile& file, const fs::path& folder) {
  return folder / fs::path(file.name).filename();
}

/// How far all the files of a data set are.
class Meter {
 public:
  explicit Meter(int64_t all) : all_(all) {
    if (!line_.is_terminal()) shown_ = start_;  // in a file only what takes long is worth lines
  }

  /// Of the file at hand.
  void arrived(int64_t done) {
    const auto now = Clock::now();
    if (begun_ < 0) begun_ = done;  // a beginning from an earlier time came at no speed
    const auto pause =
        line_.is_terminal() ? std::chrono::milliseconds(100) : std::chrono::seconds(10);
    if (now - shown_ < pause) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const auto whole = before_ + done;
    const double rate = seconds > 0 ? static_cast<double>(fresh_ + done - begun_) / seconds : 0;
    auto text = megabytes(whole) + " of " + megabytes(all_) + "  " +
                std::to_string(100 * whole / std::max<int64_t>(1, all_)) + " %";
    if (rate > 0)
      text += "  " + megabytes(static_cast<int64_t>(rate)) + "/s  " +
              duration_text(static_cast<double>(all_ - whole) / rate) + " left";
    line_.show(text);
  }
  void next_file(int64_t size) {
    fresh_ += size - std::max<int64_t>(0, begun_);
    before_ += size;
    begun_ = -1;
  }

 private:
  int64_t all_, before_ = 0, fresh_ = 0, begun_ = -1;
  Clock::time_point start_ = Clock::now(), shown_ = {};
  TerminalLine line_;
};

/// On stderr, without the log: its library would be loaded at every start of `sslhost`.
void announce(const KnownData& data, int64_t bytes, const fs::path& folder) {
  std::fprintf(stderr, "%s: %s; %s into %s\n  licence: %s\n  cite: %s\n", data.name.c_str(),
               data.what.c_str(), megabytes(bytes).c_str(), folder.c_str(), data.licence.c_str(),
               data.citation.c_str());
}

[[noreturn]] void refuse_offline(const std::vector<WantedFile>& files, const fs::path& folder,
                                 const std::string& reason) {
  std::string list;
  for (const auto& file : files)
    list += (list.empty() ? "" : "\n") + by_hand(file, place_of(file, folder));
  throw Error(ExitCode::data,
              {folder.string(), "the files, since " + reason + " forbids to fetch them",
               std::to_string(files.size()) + " missing", "put them there by hand:\n" + list});
}

fs::path folder_for(const KnownData& data, const std::string& to) {
  if (!to.empty()) return fs::absolute(to).lexically_normal();
  const auto folder = user_datasets_folder();
  if (folder.empty())
    throw Error(ExitCode::usage, {"sslhost data get", "a folder for the files",
                                  "neither --to nor a home folder", "name one with --to DIR"});
  return folder / data.name;
}

void print_what_next(const KnownData& data, const fs::path& folder) {
  std::string command = "sslhost --plugin vat --dataset " + data.dataset;
  if (!data.files.empty())
    command += " --data " + shell_word((data.data.empty() ? folder : folder / data.data).string());
  std::printf("%s %s; next:\n  %s\n", data.name.c_str(),
              data.files.empty() ? "is inside sslhost: nothing needs to be fetched"
                                 : ("is in " + folder.string()).c_str(),
              command.c_str());
}

}  // namespace

void get_data(const KnownData& data, const fs::path& folder, bool offline) {
  std::vector<WantedFile> missing;
  int64_t bytes = 0;
  for (const auto& file : data.files)
    if (!is_there(file, place_of(file, folder))) {
      missing.push_back(file);
      bytes += file.size;
    }
  if (missing.empty()) return;
  if (const auto reason = offline_reason(offline); !reason.empty())
    refuse_offline(missing, folder, reason);
  announce(data, bytes, folder);
  Meter meter(bytes);
  for (const auto& file : missing) {
    fetch(
        file, place_of(file, folder),
        [&](int64_t done, int64_t) {
          meter.arrived(done);
          return stop_asked == 0;
        },
        offline);
    meter.next_file(file.size);
  }
}

std::string known_data_text() {
  std::string text;
  for (const auto& data : known_data())
    text += data.name + "\n  " + data.what + "; " +
            (data.files.empty() ? "inside sslhost" : megabytes(bytes_of(data)) + " to fetch") +
            "\n  licence: " + data.licence + "\n  " + data.citation + "\n";
  return text + "\nsslhost data get NAME fetches one.\n";
}

std::optional<int> data_in_front(const CommandLine& line) {
  if (line.operands.empty() && line.options.empty()) {
    std::fputs(known_data_text().c_str(), stdout);
    return static_cast<int>(ExitCode::done);
  }
  if (!line.operands.empty() && line.operands.front() == "get") return data_get_command(line);
  return std::nullopt;
}

int data_get_command(const CommandLine& line) {
  if (line.operands.size() > 2)
    throw Error(ExitCode::usage, {"sslhost data get", "one name",
                                  "'" + line.operands[2] + "' after it", "one after the other"});
  if (!line.options.empty())
    throw Error(ExitCode::usage, {"sslhost data get", "--to and --offline",
                                  "--" + line.options.front().first, "see `sslhost data --help`"});
  const auto& data = find_known_data(line.operands.size() < 2 ? "" : line.operands[1]);
  if (data.files.empty() && line.has("to"))
    throw Error(ExitCode::usage, {"--to", "a data set with files",
                                  data.name + ", which is inside sslhost", "leave --to out"});
  signal(SIGINT, on_stop);
  signal(SIGTERM, on_stop);
  const auto folder = data.files.empty() ? fs::path() : folder_for(data, line.value("to"));
  try {
    get_data(data, folder, line.has("offline"));
  } catch (const Error& stop) {
    if (stop.code() != ExitCode::stopped) throw;  // what the user asked for is no error
    std::fprintf(stderr, "%s\n%s\n", stop.parts().found.c_str(), stop.parts().next.c_str());
    return static_cast<int>(ExitCode::stopped);
  }
  print_what_next(data, folder);
  return static_cast<int>(ExitCode::done);
}

}  // namespace sslhost::host
