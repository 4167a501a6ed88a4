// SPDX-License-Identifier: Apache-2.0
#include "host/trainer/phases_of.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "sslhost/error.hpp"

#include "host/loading/guard.hpp"

namespace sslhost::host {

namespace {

Error misuse(const std::string& id, std::string expected, std::string found, std::string next) {
  return Error(ExitCode::plugin, {"method " + id + ", phases()", std::move(expected),
                                  std::move(found), std::move(next)});
}

bool same(const Stream& a, const Stream& b) {
  const auto alike = [](const View& one, const View& two) {
    return one.name == two.name && one.augment == two.augment;
  };
  return std::tie(a.name, a.pool, a.batch, a.index) == std::tie(b.name, b.pool, b.batch, b.index) &&
         std::ranges::equal(a.views, b.views, alike);
}

bool same(const Monitor& a, const Monitor& b) {
  return std::tie(a.value, a.every, a.keep_best, a.patience) ==
         std::tie(b.value, b.every, b.keep_best, b.patience);
}

/// What of two answers to one question differs; empty: nothing.
std::string difference(const Phase& a, const Phase& b) {
  const auto both = [](const auto& one, const auto& two) { return same(one, two); };
  if (a.name != b.name) return "a phase '" + a.name + "', then '" + b.name + "'";
  const auto of = "phase '" + a.name + "' ";
  if (a.iterations != b.iterations)
    return of + "of " + std::to_string(a.iterations) + " iterations, then of " +
           std::to_string(b.iterations);
  if (!std::ranges::equal(a.streams, b.streams, both)) return of + "with other streams";
  if (a.evaluate != b.evaluate || a.refresh_every != b.refresh_every ||
      !same(a.monitor, b.monitor) || a.static_step != b.static_step)
    return of + "with another `evaluate`, `refresh_every`, `monitor` or `static_step`";
  return {};
}

void require_names_of_their_own(const std::vector<Phase>& phases, const std::string& id) {
  std::set<std::string> names;
  for (const auto& phase : phases)
    if (!names.insert(phase.name).second)
      throw misuse(id, "a name of its own for each phase", "'" + phase.name + "' twice",
                   "name them: `{.name = \"warm-up\", ...}`; draws and metrics go by it");
}

void require_same(const std::vector<Phase>& phases, const std::vector<Phase>& again,
                  const std::string& id) {
  std::string found;
  if (phases.size() != again.size())
    found = std::to_string(phases.size()) + " phases, then " + std::to_string(again.size());
  for (size_t i = 0; i < phases.size() && found.empty(); ++i)
    found = difference(phases[i], again[i]);
  if (!found.empty())
    throw misuse(id, "the same answer whenever it is asked", found,
                 "make it depend on options and task alone: a resumed run asks again");
}

}  // namespace

std::vector<Phase> phases_of(const Method& method, const std::string& id, const Task& task) {
  const auto asked = [&] { return guarded(id, "phases", -1, [&] { return method.phases(task); }); };
  auto phases = asked();
  if (phases.empty()) throw misuse(id, "at least one phase", "none", "fix the method");
  require_names_of_their_own(phases, id);
  require_same(phases, asked(), id);
  return phases;
}

}  // namespace sslhost::host
