// SPDX-License-Identifier: Apache-2.0
// trace_storage --root FOLDER [options] -- COMMAND...: runs a command and numbers its calls that
// change files below FOLDER.
//   --log FILE          a line for each: number, system call, result, path
//   --fail N:ERROR      call N fails with this error number and is not made; with + behind it, all
//   later ones that the
//                       error would hit fail too (ENOSPC, EDQUOT: those that take space)
//   --short N           call N, a write, takes half of its bytes
//   --kill N            SIGKILL to the process instead of call N
//   --states FOLDER     what a crash after each call would leave, each in a folder of its own that
//   is made once for all
//                       that are alike; FOLDER/index has a line for each: number of the call, kind
//                       of crash, folder
// It ends with the command's exit code; 125: the system does not allow to trace, or the options are
// wrong.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/reliability/disk.hpp"
#include "tests/reliability/tracer.hpp"

namespace {

using namespace sslhost::testing;
namespace fs = std::filesystem;

struct Options {
  fs::path root, log, states;
  int64_t fail = 0, shorten = 0, kill = 0;
  int error = 0;
  bool goes_on = false;  // the error, from the call on
  std::vector<std::string> command;
};

Options parse(const std::vector<std::string>& words) {
  Options o;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") {
      o.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
      break;
    }
    const auto& name = words[i];
    const auto& value = words.at(++i);
    if (name == "--root")
      o.root = fs::canonical(value);
    else if (name == "--log")
      o.log = value;
    else if (name == "--states")
      o.states = value;
    else if (name == "--short")
      o.shorten = std::stoll(value);
    else if (name == "--kill")
      o.kill = std::stoll(value);
    else if (name == "--fail") {
      o.fail = std::stoll(value);
      o.error = std::stoi(value.substr(value.find(':') + 1));
      o.goes_on = value.ends_with('+');
    } else
      throw std::invalid_argument("no option " + name);
  }
  if (o.root.empty() || o.command.empty()) throw std::invalid_argument("--root FOLDER -- COMMAND");
  return o;
}

bool is_hit(const Options& o, int64_t number, const StorageCall& call) {
  if (number == o.fail) return true;
  if (!o.goes_on || number < o.fail || call.kind == CallKind::close) return false;
  if (o.error == EROFS) return call.kind != CallKind::lock && call.kind != CallKind::sync;
  return call.takes_space();
}

Tracing::Answer answer_to(const Options& o, int64_t number, const StorageCall& call) {
  using Do = Tracing::Do;
  if (number == o.kill) return {Do::kill};
  if (number == o.shorten && call.kind == CallKind::write) return {Do::shorten};
  if (o.fail > 0 && is_hit(o, number, call)) return {Do::fail, o.error};
  return {};
}

/// Keeps what each kind of crash would leave, once for all that are alike.
class States {
 public:
  States(const fs::path& root, fs::path folder)
      : disk_(root), folder_(std::move(folder)), index_(folder_ / "index") {}

  void record(int64_t number, const StorageCall& call, bool worked, bool made) {
    if (made) disk_.made(call.to.empty() ? call.path : call.to);
    if (worked && call.kind == CallKind::sync) disk_.synced(call.path);
    for (const auto crash : kCrashes) {
      auto tree = disk_.after(crash);
      const auto [known, is_new] = known_.try_emplace(std::move(tree), known_.size());
      const auto name = std::to_string(known->second);
      if (is_new) write_tree(folder_ / name, known->first);
      index_ << number << ' ' << to_text(crash) << ' ' << name << '\n';
    }
  }

 private:
  Disk disk_;
  fs::path folder_;
  std::ofstream index_;
  std::map<Disk::Tree, size_t> known_;
};

int run(const Options& o) {
  std::ofstream log(o.log);
  std::unique_ptr<States> states;
  if (!o.states.empty()) {
    fs::create_directories(o.states);
    states = std::make_unique<States>(o.root, o.states);
  }
  const auto before = [&](int64_t number, const StorageCall& call) {
    return answer_to(o, number, call);
  };
  const auto after = [&](int64_t number, const StorageCall& call, int64_t result, bool made) {
    log << number << ' ' << call.name << ' ' << result << ' '
        << (call.to.empty() ? call.path : call.to).string() << std::endl;
    if (states) states->record(number, call, result >= 0, made);
  };
  return Tracer(o.root, {before, after}).run(o.command);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(parse({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trace_storage: %s\n", error.what());
    return 125;
  }
}
