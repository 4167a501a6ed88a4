// SPDX-License-Identifier: Apache-2.0
#include "host/labeling/advisor.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/error.hpp"

#include "host/labeling/child_output.hpp"

namespace sslhost::host {

namespace {

constexpr std::chrono::milliseconds kPause{200};

/// Of each picture a class's number, below 0 for none.
std::vector<int64_t> given_in(const Session& session) {
  std::vector<int64_t> given;
  session.look([&](const Answers& answers) {
    for (const auto& of : answers.all()) given.push_back(of.answer);
  });
  return given;
}

/// What is held out measures what was learned from guesses, and must have no say in them.
std::vector<int64_t> given_outside(const std::vector<bool>& held_out, const Session& session) {
  auto given = given_in(session);
  for (size_t i = 0; i < given.size(); ++i)
    if (held_out[i]) given[i] = -1;
  return given;
}

/// Empty: none.
std::string trouble_with(const std::vector<int64_t>& given) {
  const auto count = std::ranges::count_if(given, [](int64_t one) { return one >= 0; });
  return count <= kMostAnswers
             ? ""
             : "more than " + std::to_string(kMostAnswers) + " answers; train a model";
}

/// `spread` is brought up to the answers; `stop` leaves it half way.
Advice advice_from(const std::vector<int64_t>& given, const NeighborGraph& graph,
                   LabelSpread& spread, const std::atomic<bool>& stop) {
  if (auto trouble = trouble_with(given); !trouble.empty()) return {.trouble = std::move(trouble)};
  for (size_t i = 0; i < given.size() && !stop; ++i) spread.set(i, std::max<int64_t>(-1, given[i]));
  return stop ? Advice() : advice_of(spread, graph, given);
}

}  // namespace

FindNeighbors neighbors_by(std::filesystem::path program) {
  return [program = std::move(program)](const Pictures& pictures, const std::atomic<bool>& stop) {
    return read_neighbors(
        child_output(program, {"neighbors", pictures.folder.string(), "--quiet"}, stop), pictures);
  };
}

Advice advice_now(const Session& session, const FindNeighbors& find,
                  const std::vector<bool>& held_out) {
  if (auto trouble = trouble_with(given_outside(held_out, session)); !trouble.empty())
    return {.trouble = std::move(trouble)};
  const auto graph = find(session.pictures(), false);
  LabelSpread spread(graph);
  return advice_from(given_outside(held_out, session), graph, spread, false);
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
    if (step != std::exchange(told, step))
      publish(advice_from(given_in(session_), graph, spread, stop_));
    std::unique_lock lock(mutex_);
    stopping_.wait_for(lock, kPause, [&] { return stop_.load(); });
  }
} catch (const Error& error) {
  if (!stop_) publish({.trouble = error.parts().where + ": " + error.parts().found});
} catch (const std::exception& error) {  // memory, say; the page goes on without advice
  publish({.trouble = error.what()});
}

}  // namespace sslhost::host
