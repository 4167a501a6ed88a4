// SPDX-License-Identifier: Apache-2.0
#include "host/weights/pickle_calls.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace sslhost::host {

namespace {

using Kind = PickleValue::Kind;
using Role = KnownName::Role;
using Items = std::vector<PickleValue*>;

constexpr std::size_t kMostDimensions = 64;  // PyTorch's own limit

PickleValue* made(PickleValue value, std::deque<PickleValue>& values) {
  return &values.emplace_back(std::move(value));
}

bool is_count(const PickleValue& value) {
  return value.is(Kind::integer) && value.text.empty() && value.integer >= 0;
}

/// The number of dimensions first: one long tuple in many calls must not cost time.
bool is_sizes(const PickleValue& value) {
  return value.is(Kind::tuple) && value.items.size() <= kMostDimensions &&
         std::ranges::all_of(value.items, [](const PickleValue* item) { return is_count(*item); });
}

/// No arguments; Python 2 wrote the items, as one list of [key, value]. That list is used up: a
/// pickle that makes many dictionaries of it would fill the memory.
PickleValue* ordered_dict(const Items& arguments, std::deque<PickleValue>& values) {
  PickleValue dict{.kind = Kind::dict, .ordered = true};
  if (arguments.empty()) return made(std::move(dict), values);
  if (arguments.size() != 1 || !arguments[0]->is(Kind::list)) return nullptr;
  arguments[0]->kind = Kind::other;
  const Items pairs = std::move(arguments[0]->items);
  for (const PickleValue* pair : pairs) {
    const bool is_pair = pair->is(Kind::list) || pair->is(Kind::tuple);
    if (!is_pair || pair->items.size() != 2) return nullptr;
    dict.items.insert(dict.items.end(), pair->items.begin(), pair->items.end());
  }
  return made(std::move(dict), values);
}

/// (storage, offset, shape, strides, requires_grad, hooks), and since PyTorch 1.13 metadata, which
/// make another tensor of it (its conjugate, its negative) where there are any.
PickleValue* tensor(const Items& arguments, std::deque<PickleValue>& values) {
  if (arguments.size() != 6 && arguments.size() != 7) return nullptr;
  if (!arguments[0]->is(Kind::storage) || !is_count(*arguments[1])) return nullptr;
  if (!is_sizes(*arguments[2]) || !is_sizes(*arguments[3])) return nullptr;
  if (arguments[2]->items.size() != arguments[3]->items.size()) return nullptr;
  if (arguments.size() == 7) {
    const PickleValue& metadata = *arguments[6];
    const bool none = metadata.is(Kind::none) || metadata.is(Kind::dict);
    if (!none || !metadata.items.empty()) return nullptr;
  }
  return made({.kind = Kind::tensor, .items = {arguments.begin(), arguments.begin() + 4}}, values);
}

}  // namespace

PickleValue* pickle_call(const KnownName& name, const PickleValue& arguments,
                         std::deque<PickleValue>& values) {
  if (!arguments.is(Kind::tuple)) return nullptr;
  const Items& items = arguments.items;
  switch (name.role) {
    case Role::dict:
      return ordered_dict(items, values);
    case Role::tensor:
      return tensor(items, values);
    case Role::parameter:  // (tensor, requires_grad, hooks)
      return items.size() == 3 && items[0]->is(Kind::tensor) ? items[0] : nullptr;
    case Role::size:
      return items.size() == 1 && items[0]->is(Kind::tuple) ? items[0] : nullptr;
    case Role::device: {
      const bool fits = (items.size() == 1 || items.size() == 2) && items[0]->is(Kind::text);
      return fits ? made({.kind = Kind::other}, values) : nullptr;
    }
    case Role::storage:
    case Role::type:
      break;  // named, never called
  }
  return nullptr;
}

PickleValue* pickle_storage(const PickleValue& id, std::deque<PickleValue>& values) {
  // ("storage", type, key, device, number of elements); the older format adds None, or what makes
  // it a part of another storage, which no PyTorch since 1.0 has written.
  const Items& items = id.items;
  if (!id.is(Kind::tuple) || (items.size() != 5 && items.size() != 6)) return nullptr;
  if (!items[0]->is(Kind::text) || items[0]->text != "storage") return nullptr;
  if (!items[1]->is(Kind::name) || items[1]->name->role != Role::storage) return nullptr;
  if (!items[2]->is(Kind::text) || !items[3]->is(Kind::text)) return nullptr;
  if (!is_count(*items[4])) return nullptr;
  if (items.size() == 6 && !items[5]->is(Kind::none)) return nullptr;
  return made({.kind = Kind::storage,
               .integer = items[4]->integer,
               .text = items[2]->text,
               .name = items[1]->name},
              values);
}

}  // namespace sslhost::host
