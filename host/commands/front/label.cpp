// SPDX-License-Identifier: Apache-2.0
// sslhost label FOLDER: a page to label photos on.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "sslhost/error.hpp"
#include "sslhost/what_is_at.hpp"

#include "host/commands/entries.hpp"
#include "host/discovery/user_folders.hpp"
#include "host/labeling/accept_labels.hpp"
#include "host/labeling/export_labels.hpp"
#include "host/labeling/held_out.hpp"
#include "host/labeling/import_labels.hpp"
#include "host/labeling/open_browser.hpp"
#include "host/labeling/server.hpp"
#include "host/log/printable.hpp"
#include "host/log/shell_word.hpp"
#include "host/storage/atomic_file.hpp"

namespace sslhost::host {

namespace fs = std::filesystem;

namespace {

fs::path folder_of(const CommandLine& line) {
  if (line.operands.size() != 1)
    throw Error(ExitCode::usage,
                {"label", "the folder with the photos",
                 line.operands.empty() ? "none" : "several words", "sslhost label FOLDER"});
  const fs::path folder = line.operands.front();
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    throw Error(ExitCode::usage, {"label " + folder.string(), "the folder with the photos",
                                  what_is_at(folder.string()), "sslhost label FOLDER"});
  return folder;
}

/// Of those that ask a program to end; blocked from here on, in every thread.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, one);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

struct Counts {
  int64_t pictures = 0, labeled = 0, unsure = 0;
};

std::string counted(int64_t number, const std::string& one, const std::string& many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

Counts counts_of(const Session& session) {
  Counts counts;
  session.look([&](const Answers& answers) {
    counts.pictures = static_cast<int64_t>(answers.all().size());
    counts.unsure = answers.count(Answers::kUnsure);
    counts.labeled = counts.pictures - counts.unsure - answers.count(Answers::kNone);
  });
  return counts;
}

void say(const std::string& text) {
  std::fputs((printable_lines(text) + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void warn(const std::string& text) {
  std::fputs(("warning: " + printable_lines(text) + "\n").c_str(), stderr);
}

void say_end(const Session& session) {
  const auto counts = counts_of(session);
  std::string text = std::to_string(counts.labeled) + " of " + std::to_string(counts.pictures) +
                     " pictures have a label";
  if (counts.unsure > 0) text += ", " + std::to_string(counts.unsure) + " are unsure";
  if (counts.labeled > 0)
    text += "\nnext: sslhost --data " + shell_word(session.pictures().folder.string());
  say(text);
}

std::vector<size_t> order_of(const CommandLine& line, const Pictures& pictures,
                             const Predictions& predictions) {
  return line.has("order") ? read_order(line.value("order"), pictures)
                           : usual_order(pictures, predictions);
}

std::string needed(const CommandLine& line, const std::string& flag, const std::string& with) {
  if (!line.has(flag))
    throw Error(ExitCode::usage,
                {"--" + with, "--" + flag + " beside it", "none", "sslhost label --help"});
  return line.value(flag);
}

int take_in(const CommandLine& line, Pictures pictures) {
  const auto format = line.value("import"), file = needed(line, "from", "import");
  Session session(std::move(pictures), false);
  const auto [taken, same, kept, unknown] = import_labels(session, format, file);
  session.write_table();
  auto text = counted(taken, "label", "labels") + " taken";
  if (same > 0) text += "; " + std::to_string(same) + " were there";
  if (kept > 0) text += "; " + counted(kept, "picture keeps", "pictures keep") + " another answer";
  if (unknown > 0) text += "; " + std::to_string(unknown) + " of files that are not here";
  say(text);
  return static_cast<int>(ExitCode::done);
}

int give_out(const CommandLine& line, Pictures pictures) {
  const auto format = line.value("export"), to = needed(line, "to", "export");
  const Session session(std::move(pictures), true);  // others may label meanwhile
  const auto labels = export_labels(session, format, to, line.has("force"));
  say(counted(labels, "label", "labels") + " in " + to);
  return static_cast<int>(ExitCode::done);
}

/// What looks at pictures, and trains.
fs::path own_program() { return program_folder() / "sslhost"; }

/// What is to measure a model of guesses: the folder's test part, else some of the answers.
std::vector<bool> held_out_of(const CommandLine& line, const Session& session) {
  constexpr double kUsualShare = 0.25, kMostShare = 0.9;  // a run holds out a quarter, too
  auto test = test_part_of(session.pictures());
  const bool has_test = std::ranges::find(test, true) != test.end();
  if (has_test && line.has("holdout"))
    throw Error(ExitCode::usage, {"--holdout", "a folder without a test part", "one that has it",
                                  "leave it out: the test part measures"});
  if (has_test) return test;
  return hold_out(session, line.has("holdout")
                               ? line.number("holdout", 0.0, kMostShare, "a share from 0 to 0.9",
                                             "for example --holdout 0.25")
                               : kUsualShare);
}

std::string words_on_the_test_error(const AcceptedLabels& accepted, const std::string& train) {
  if (accepted.held_out > 0)
    return "held out for tests: " + counted(accepted.held_out, "picture", "pictures") +
           "; they had no say in the guesses, and a run measures on them\n";
  return "none is held out: a run on them measures on guesses, and its test error says nothing\n"
         "measure on your labels alone: " +
         train + "\n";
}

int accept(const CommandLine& line, Pictures pictures, const sigset_t& signals) {
  const double least =
      line.number("accept", 0.0, 1.0, "a probability from 0 to 1", "for example --accept 0.95");
  const auto to = needed(line, "to", "accept");
  require_free(pictures, to, line.has("force"));
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // Ctrl-C ends us, and so what looks at pictures
  const Session session(std::move(pictures), true);  // others may label meanwhile
  const auto held_out = held_out_of(line, session);
  const auto advice = advice_now(session, neighbors_by(own_program()), held_out);
  const auto accepted = accept_labels(session, advice, least, held_out);
  write_atomic(to, accepted.table);
  const auto train = "sslhost --data " + shell_word(session.pictures().folder.string());
  say(counted(accepted.of_person, "label", "labels") + " of yours and " +
      counted(accepted.of_advice, "guess", "guesses") + " in " + to + "\n" +
      words_on_the_test_error(accepted, train) + "next: " + train + " --labels-file " +
      shell_word(to));
  return static_cast<int>(ExitCode::done);
}

int serve(const CommandLine& line, Pictures pictures, const sigset_t& signals) {
  constexpr int kMostPort = 65535;
  const int number =
      line.has("port") ? line.number("port", 1, kMostPort, "a port from 1 to 65535") : 0;
  auto predictions = line.has("predictions") ? read_predictions(line.value("predictions"), pictures)
                                             : Predictions();
  auto order = order_of(line, pictures, predictions);
  auto port = open_port(number);
  const bool read_only = line.has("read-only");
  Session session(std::move(pictures), read_only);
  if (session.was_cut()) warn("the last answer in the journal was not whole, and is left out");
  const Door door = {.port = port.number, .token = new_token(), .read_only = read_only};
  const auto once = new_token();
  const auto page = "http://127.0.0.1:" + std::to_string(port.number) + "/";
  std::optional<Advisor> advisor;
  if (!read_only && !line.has("no-advice")) advisor.emplace(session, neighbors_by(own_program()));
  std::optional<Training> training;
  if (!read_only) training.emplace(session, own_program());
  Help help = {advisor ? &*advisor : nullptr, training ? &*training : nullptr};
  if (!line.has("no-browser"))
    help.open = [](const fs::path& file) { open_browser(fs::absolute(file).string()); };
  Requests requests(session, help, std::move(order), std::move(predictions), door.token, once);
  {
    const Server server(std::move(port), door, requests);
    say(session.pictures().said + "\nlabel them at " + page + "#token=" + door.token +
        "\nCtrl-C ends it; " +
        (read_only ? "nothing is written" : "every answer is saved at once"));
    // The list of processes shows everyone what a browser is started with: a word that counts once.
    if (!line.has("no-browser")) open_browser(page + "#once=" + once);
    int signal = 0;
    sigwait(&signals, &signal);
  }
  if (!read_only) session.write_table();
  say_end(session);
  return static_cast<int>(ExitCode::done);
}

}  // namespace

int label_command(const CommandLine& line) {
  const auto folder = folder_of(line);
  const auto signals = block_signals();
  auto pictures = read_pictures(folder);
  for (const auto& warning : pictures.warnings) warn(warning);
  if (line.has("import")) return take_in(line, std::move(pictures));
  if (line.has("export")) return give_out(line, std::move(pictures));
  if (line.has("accept")) return accept(line, std::move(pictures), signals);
  return serve(line, std::move(pictures), signals);
}

}  // namespace sslhost::host
