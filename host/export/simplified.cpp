// SPDX-License-Identifier: Apache-2.0
#include "host/export/simplified.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace sslhost::host {

namespace {

/// Their result is their first argument where it has its type and shape. Dropout's is, in
/// evaluation mode.
constexpr std::string_view kSame[] = {
    "contiguous", "detach",  "alias",   "clone",     "dropout", "feature_dropout",
    "lift_fresh", "to",      "narrow",  "slice",     "expand",  "view",
    "reshape",    "flatten", "squeeze", "unsqueeze", "type_as", "view_as"};

bool is_same(const Operations& all, const Operation& operation) {
  if (std::ranges::find(kSame, operation.name) == std::end(kSame) || operation.arguments.empty())
    return false;
  const auto* from = std::get_if<Place>(&operation.arguments.front().second);
  if (!from || operation.results.size() != 1) return false;
  const auto &a = all.at(*from), &b = all.at(operation.results[0]);
  return a.type == b.type && a.shape == b.shape;
}

template <class F>
void each_place(Argument& argument, F&& f) {
  if (auto* one = std::get_if<Place>(&argument)) f(*one);
  if (auto* many = std::get_if<std::vector<Place>>(&argument))
    for (auto& place : *many) f(place);
}

void drop_same(Operations& all) {
  std::vector<Place> stands_for(all.values.size());
  for (size_t i = 0; i < stands_for.size(); ++i) stands_for[i] = {i};
  std::vector<Operation> kept;
  for (auto& operation : all.list) {
    for (auto& [name, argument] : operation.arguments)
      each_place(argument, [&](Place& place) { place = stands_for[place.at]; });
    if (is_same(all, operation))
      stands_for[operation.results[0].at] = std::get<Place>(operation.arguments.front().second);
    else
      kept.push_back(std::move(operation));
  }
  all.list = std::move(kept);
  all.logits = stands_for[all.logits.at];
}

void drop_unused(Operations& all) {
  std::vector<bool> used(all.values.size());
  used[all.logits.at] = true;
  std::vector<Operation> kept;
  for (auto operation = all.list.rbegin(); operation != all.list.rend(); ++operation) {
    const bool needed =
        std::ranges::any_of(operation->results, [&](Place place) { return used[place.at]; });
    if (!needed) continue;
    for (auto& [name, argument] : operation->arguments)
      each_place(argument, [&](Place place) { used[place.at] = true; });
    kept.push_back(std::move(*operation));
  }
  std::ranges::reverse(kept);
  all.list = std::move(kept);
  for (size_t i = 0; i < used.size(); ++i)
    if (!used[i]) all.values[i].constant = nullptr;
}

}  // namespace

Operations simplified(Operations all) {
  drop_same(all);
  drop_unused(all);
  return all;
}

}  // namespace sslhost::host
