// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/advisor.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "sslhost/error.hpp"

#include "host/comparison/run_process.hpp"

namespace sslhost::host {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{200};
constexpr int kNice = 10;  // the page comes first

/// `spread` is brought up to the answers; `stop` leaves it half way.
Advice advice_from(const Session& session, const NeighborGraph& graph, LabelSpread& spread,
                   const std::atomic<bool>& stop) {
  std::vector<int64_t> given;
  session.look([&](const Answers& answers) {
    for (const auto& of : answers.all()) given.push_back(of.answer);
  });
  if (std::ranges::count_if(given, [](int64_t one) { return one >= 0; }) > kMostAnswers)
    return {.trouble = "more than " + std::to_string(kMostAnswers) + " answers; train a model"};
  for (size_t i = 0; i < given.size() && !stop; ++i) spread.set(i, std::max<int64_t>(-1, given[i]));
  return stop ? Advice() : advice_of(spread, graph, given);
}

/// What it says of why it failed: the first line of its errors.
std::string reason_of(const RunProcess& process) {
  const auto errors = process.errors();
  const auto line = errors.substr(0, errors.find('\n'));
  return line.empty() ? "it ended with exit code " + std::to_string(process.code()) : line;
}

}  // namespace

FindNeighbors neighbors_by(std::filesystem::path program) {
  return [program = std::move(program)](const Pictures& pictures, const std::atomic<bool>& stop) {
    RunProcess process(program, {"neighbors", pictures.folder.string(), "--quiet"}, 0,
                       RunProcess::Output::kept);
    setpriority(PRIO_PROCESS, static_cast<id_t>(process.pid()), kNice);
    constexpr auto kPatience = std::chrono::seconds(2);
    for (auto asked = Clock::time_point::max(); !process.has_ended();) {
      if (stop && asked == Clock::time_point::max()) {
        process.send(SIGTERM);
        asked = Clock::now();
      }
      if (asked != Clock::time_point::max() && Clock::now() - asked > kPatience)
        process.send(SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    if (process.code() != 0)
      throw Error(ExitCode::data, {"sslhost neighbors", "which photos resemble which",
                                   reason_of(process), "sslhost data FOLDER says more"});
    return read_neighbors(process.output(), pictures);
  };
}

Advice advice_now(const Session& session, const NeighborGraph& graph) {
  LabelSpread spread(graph);
  return advice_from(session, graph, spread, false);
}

Advisor::Advisor(const Session& session, FindNeighbors find)
    : session_(session), find_(std::move(find)), thread_([this] { work(); }) {}

Advisor::~Advisor() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

Advisor::Latest Advisor::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

void Advisor::publish(Advice advice) {
  auto next = std::make_shared<const Advice>(std::move(advice));
  const std::lock_guard lock(mutex_);
  latest_ = {latest_.version + 1, std::move(next)};
}

void Advisor::work() try {
  const auto graph = find_(session_.pictures(), stop_);
  LabelSpread spread(graph);
  for (int64_t told = -1; !stop_;) {
    int64_t step = 0;
    session_.look([&](const Answers& answers) { step = answers.last_step(); });
    if (step != std::exchange(told, step)) publish(advice_from(session_, graph, spread, stop_));
    std::unique_lock lock(mutex_);
    stopping_.wait_for(lock, kPause, [&] { return stop_.load(); });
  }
} catch (const Error& error) {
  if (!stop_) publish({.trouble = error.parts().where + ": " + error.parts().found});
} catch (const std::exception& error) {  // memory, say; the page goes on without advice
  publish({.trouble = error.what()});
}

}  // namespace sslhost::host
