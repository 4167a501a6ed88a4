// SPDX-License-Identifier: Apache-2.0
#include "host/weights/state_dict_entries.hpp"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace sslhost::host {

namespace {

using Kind = PickleValue::Kind;

/// In this order: a file with several has the weights to go on from under the first of them.
constexpr std::string_view kWrappers[] = {"state_dict", "model_state_dict", "model", "teacher"};
constexpr std::size_t kMostNamed = 10;  // keys in a message

/// The key's last value, as in Python; null where there is none.
const PickleValue* value_of(const PickleValue& dict, std::string_view key) {
  for (std::size_t i = dict.items.size(); i > 0; i -= 2) {
    const PickleValue& candidate = *dict.items[i - 2];
    if (candidate.is(Kind::text) && candidate.text == key) return dict.items[i - 1];
  }
  return nullptr;
}

bool holds_tensors(const PickleValue& dict) {
  for (std::size_t i = 1; i < dict.items.size(); i += 2)
    if (dict.items[i]->is(Kind::tensor)) return true;
  return false;
}

std::string keys_of(const PickleValue& dict) {
  std::string keys;
  std::size_t count = 0;
  for (std::size_t i = 0; i < dict.items.size() && count < kMostNamed; i += 2) {
    if (!dict.items[i]->is(Kind::text)) continue;
    keys += (count++ == 0 ? ", but " : ", ") + shown(dict.items[i]->text);
  }
  return keys;
}

/// A wrapped one first: beside it there may be tensors that are no weights, as the best accuracy.
const PickleValue& find_state_dict(const PickleValue& object, const WeightsSource& source) {
  const std::string expected =
      "a dictionary of tensors, or one under state_dict, model_state_dict, model or teacher";
  const std::string next = "save the weights alone: torch.save(model.state_dict(), FILE)";
  if (!object.is(Kind::dict)) source.stop("", expected, described(object.kind), next);
  for (const auto wrapper : kWrappers) {
    const PickleValue* const inner = value_of(object, wrapper);
    if (inner != nullptr && inner->is(Kind::dict) && holds_tensors(*inner)) return *inner;
  }
  if (!holds_tensors(object)) source.stop("", expected, "no tensors" + keys_of(object), next);
  return object;
}

}  // namespace

std::vector<StateDictEntry> state_dict_entries(const PickleValue& object,
                                               const WeightsSource& source) {
  const PickleValue& dict = find_state_dict(object, source);
  std::vector<StateDictEntry> entries;
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < dict.items.size(); i += 2) {
    const PickleValue &key = *dict.items[i], &value = *dict.items[i + 1];
    if (!key.is(Kind::text)) {
      if (value.is(Kind::tensor)) source.fail("", "text as names of tensors", described(key.kind));
      continue;
    }
    // A name that comes twice keeps its place and has its last value, as in Python.
    const auto [place, is_new] = places.try_emplace(key.text, entries.size());
    if (is_new) entries.push_back({key.text, nullptr});
    entries[place->second].tensor = &value;
  }
  std::erase_if(entries, [](const auto& entry) { return !entry.tensor->is(Kind::tensor); });
  return entries;
}

}  // namespace sslhost::host
