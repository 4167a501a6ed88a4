// SPDX-License-Identifier: Apache-2.0
// A method that trains, and fails in one of its calls in one way: the environment variables
// FAILS_IN and FAILS_HOW name both. Calls of an iteration fail in the fourth.
#include <atomic>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <signal.h>
#include <unistd.h>

#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>

#include "sslhost/diagnostics.hpp"
#include "sslhost/figures.hpp"
#include "sslhost/plugin.hpp"
#include "sslhost/training/losses.hpp"

namespace {

using namespace sslhost;

[[noreturn]] void hang() {
  static std::atomic<bool> never = false;
  while (!never) usleep(1000);
  std::abort();
}

void close_files() {
  for (int file = 3; file < 64; ++file) close(file);
}

/// Kept for ever; no more than 200 MB of it.
void keep_memory() {
  static std::vector<Tensor> kept;
  if (kept.size() < 50) kept.push_back(at::ones({1'000'000}));
}

/// Another thread that never ends.
void leak_a_thread() {
  std::thread([] { hang(); }).detach();
}

/// The child ends at once, in the middle of everything.
void fork_a_child() {
  if (fork() == 0) std::exit(0);
}

void block_signals() {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, nullptr);
}

void take_over_signals() {
  for (const int n : {SIGINT, SIGTERM, SIGSEGV, SIGABRT}) signal(n, SIG_IGN);
}

const std::map<std::string_view, void (*)()>& ways() {
  static const std::map<std::string_view, void (*)()> all = {
      {"throws", [] { throw std::out_of_range("no such layer"); }},
      {"throws-done", [] { throw Error(ExitCode::done, {"my words", "", "all is well"}); }},
      {"throws-data", [] { throw Error(ExitCode::data, {"my words", "", "a bad label"}); }},
      {"aborts", [] { std::abort(); }},
      {"segfaults", [] { raise(SIGSEGV); }},
      {"exits", [] { std::exit(0); }},
      {"prints", [] { std::puts("text of a plugin"); }},
      {"hangs", [] { hang(); }},
      {"allocates", [] { at::empty({int64_t{1} << 58}); }},
      {"allocates-4-gb", [] { at::empty({1'000'000'000}); }},
      {"keeps-memory", keep_memory},
      {"closes-files", close_files},
      {"leaks-a-thread", leak_a_thread},
      {"forks", fork_a_child},
      {"changes-the-locale", [] { std::setlocale(LC_ALL, "de_DE.UTF-8"); }},
      {"changes-the-folder", [] { static_cast<void>(chdir("/")); }},
      {"clears-the-environment", [] { clearenv(); }},
      {"blocks-signals", block_signals},
      {"takes-signals", take_over_signals}};
  return all;
}

bool is_way(std::string_view call, std::string_view wanted) {
  const char* in = std::getenv("FAILS_IN");
  const char* how = std::getenv("FAILS_HOW");
  return in != nullptr && how != nullptr && in == call && (wanted.empty() || how == wanted);
}

void at_call(std::string_view call) {
  if (is_way(call, {})) ways().at(std::getenv("FAILS_HOW"))();
}

[[maybe_unused]] const int kLoaded = (at_call("load"), 0);

class Fails final : public Method, public Figures, public Diagnostics {
 public:
  struct Options {
    TrainingOptions training;
  };

  static void describe(OptionList& list, Options& v) {
    list.group("", v.training);
    at_call("describe");
  }

  explicit Fails(const Options& options) : options_(options) { at_call("make"); }
  ~Fails() override { at_call("its destructor"); }

  std::vector<Phase> phases(const Task& task) const override {
    at_call("phases");
    return {{.iterations = options_.training.iterations,
             .streams = {{.batch = std::min(options_.training.batch, task.labeled)}},
             .refresh_every = 3}};
  }

  void build(Build& build) override {
    at_call("build");
    // One number, which a state makes a billion of.
    if (is_way("state", "keeps-a-large-one"))
      build.state("large", at::ones({1}).expand({1'000'000'000}));
    net_ = build.backbone("net");
    optimizer_ = build.optimizer("adam", {&*net_}, options_.training.optimizer);
  }

  void begin(Begin&) override { at_call("begin"); }
  void prepare(Begin&) override { at_call("prepare"); }
  void refresh(Begin& begin) override {
    if (begin.iteration() == 3) at_call("refresh");
  }

  void step(Step& s) override {
    if (steps_++ == 3) at_call("step");
    at_call("each step");
    const auto [x, y] = s.labeled();
    const auto statistics = s.record_statistics(*net_);
    s.update(optimizer_, cross_entropy(net_(x), y));
  }

  Tensor predict(const Tensor& images) override {
    at_call("predict");
    return net_(images);
  }
  std::vector<Figure> figures(const Tensor& images) override {
    at_call("figures");
    return {{.name = "seen", .caption = "what it sees", .data = images}};
  }
  std::optional<std::string> diagnose(const Means&, int64_t) const override {
    at_call("diagnose");
    return {};
  }
  const void* ability(std::string_view id) override {
    if (id == Figures::kAbility) return static_cast<Figures*>(this);
    if (id == Diagnostics::kAbility) return static_cast<Diagnostics*>(this);
    return nullptr;
  }

 private:
  Options options_;
  Network net_;
  Optimizer optimizer_;
  int steps_ = 0;
};

}  // namespace

SSLHOST_METHOD(Fails, "fails", "1.0", "test material")
