// SPDX-License-Identifier: Apache-2.0
#include "host/weights/pickle_machine.hpp"

#include <cstring>
#include <string>
#include <utility>

namespace sslhost::host {

using Op = PickleOpcode;

namespace {

constexpr std::uint8_t kFirstProtocol = 2, kLastProtocol = 5;
/// A tensor takes about forty; a value up to 100 bytes.
constexpr std::size_t kMostOpcodes = 5'000'000;

}  // namespace

Pickle PickleMachine::run() {
  for (std::size_t count = 0;; ++count) {
    in_.begin_opcode();
    const auto opcode = static_cast<Op>(in_.byte());
    if (count == 0 && opcode != Op::proto) in_.fail("a pickle of protocol 2 to 5", "other bytes");
    if (count == kMostOpcodes)
      in_.fail("a state dict", "a pickle of more than " + std::to_string(count) + " opcodes");
    if (opcode == Op::stop) break;
    if (!header(opcode) && !constant(opcode) && !text(opcode) && !stack(opcode) &&
        !container(opcode) && !addition(opcode) && !memo(opcode) && !call(opcode)) {
      unknown(opcode);
    }
  }
  pickle_.root = pop();
  if (!stack_.empty() || !marks_.empty()) in_.fail("one object", "more on the stack");
  pickle_.size = in_.position();
  return std::move(pickle_);
}

bool PickleMachine::header(Op opcode) {
  switch (opcode) {
    case Op::proto: {
      const auto protocol = in_.byte();
      if (protocol < kFirstProtocol || protocol > kLastProtocol)
        in_.fail("a pickle of protocol 2 to 5", "protocol " + std::to_string(protocol));
      return true;
    }
    case Op::frame: {
      const auto size = in_.unsigned_number(8);
      if (size > in_.left()) in_.fail("a frame inside the pickle", std::to_string(size) + " bytes");
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::constant(Op opcode) {
  switch (opcode) {
    case Op::none:
      push({.kind = Kind::none});
      return true;
    case Op::new_true:
      push({.kind = Kind::boolean, .integer = 1});
      return true;
    case Op::new_false:
      push({.kind = Kind::boolean});
      return true;
    case Op::bin_int: {
      const auto bits = static_cast<std::int32_t>(in_.unsigned_number(4));
      push({.kind = Kind::integer, .integer = bits});
      return true;
    }
    case Op::bin_int1:
    case Op::bin_int2: {
      const auto number = in_.unsigned_number(opcode == Op::bin_int1 ? 1 : 2);
      push({.kind = Kind::integer, .integer = static_cast<std::int64_t>(number)});
      return true;
    }
    case Op::long1:
      push_long(in_.byte());
      return true;
    case Op::long4:
      push_long(in_.unsigned_number(4));
      return true;
    case Op::bin_float:
      in_.text(8);
      push({.kind = Kind::other});
      return true;
    default:
      return false;
  }
}

/// Two's complement of any length; what does not fit stays bytes.
void PickleMachine::push_long(std::uint64_t size) {
  const std::string_view digits = in_.text(size);
  PickleValue value{.kind = Kind::integer};
  if (size > sizeof value.integer) {
    value.text = digits;
  } else if (size > 0) {
    value.integer = static_cast<signed char>(digits.back()) < 0 ? -1 : 0;
    std::memcpy(&value.integer, digits.data(), size);
  }
  push(std::move(value));
}

bool PickleMachine::text(Op opcode) {
  std::size_t width = 0;  // of the length
  Kind kind = Kind::text;
  switch (opcode) {
    case Op::short_bin_unicode:
    case Op::short_bin_string:
      width = 1;
      break;
    case Op::bin_unicode:
    case Op::bin_string:
      width = 4;
      break;
    case Op::bin_unicode8:
      width = 8;
      break;
    case Op::short_bin_bytes:
      width = 1, kind = Kind::other;
      break;
    case Op::bin_bytes:
      width = 4, kind = Kind::other;
      break;
    case Op::bin_bytes8:
    case Op::byte_array8:
      width = 8, kind = Kind::other;
      break;
    default:
      return false;
  }
  push({.kind = kind, .text = in_.text(in_.unsigned_number(width))});
  return true;
}

bool PickleMachine::stack(Op opcode) {
  switch (opcode) {
    case Op::mark:
      marks_.push_back(stack_.size());
      return true;
    case Op::pop:  // takes a mark, too, where that is on top
      if (stack_.size() == floor() && !marks_.empty()) {
        marks_.pop_back();
      } else {
        pop();
      }
      return true;
    case Op::pop_mark:
      pop_to_mark();
      return true;
    case Op::dup:
      stack_.push_back(&top());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::container(Op opcode) {
  switch (opcode) {
    case Op::empty_tuple:
      push_items(Kind::tuple, {});
      return true;
    case Op::tuple:
      push_items(Kind::tuple, pop_to_mark());
      return true;
    case Op::tuple1:
      push_items(Kind::tuple, pop_some(1));
      return true;
    case Op::tuple2:
      push_items(Kind::tuple, pop_some(2));
      return true;
    case Op::tuple3:
      push_items(Kind::tuple, pop_some(3));
      return true;
    case Op::empty_list:
      push_items(Kind::list, {});
      return true;
    case Op::list:
      push_items(Kind::list, pop_to_mark());
      return true;
    case Op::empty_set:
      push_items(Kind::set, {});
      return true;
    case Op::frozen_set:
      push_items(Kind::set, pop_to_mark());
      return true;
    case Op::empty_dict:
      push_items(Kind::dict, {});
      return true;
    case Op::dict: {
      const Items items = pop_to_mark();
      push_items(Kind::dict, {});
      extend(Kind::dict, items);
      return true;
    }
    default:
      return false;
  }
}

bool PickleMachine::addition(Op opcode) {
  switch (opcode) {
    case Op::append:
      extend(Kind::list, pop_some(1));
      return true;
    case Op::appends:
      extend(Kind::list, pop_to_mark());
      return true;
    case Op::add_items:
      extend(Kind::set, pop_to_mark());
      return true;
    case Op::set_item:
      extend(Kind::dict, pop_some(2));
      return true;
    case Op::set_items:
      extend(Kind::dict, pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool PickleMachine::memo(Op opcode) {
  switch (opcode) {
    case Op::bin_put:
      memo_[in_.byte()] = &top();
      return true;
    case Op::long_bin_put:
      memo_[in_.unsigned_number(4)] = &top();
      return true;
    case Op::memoize:
      memo_[memo_.size()] = &top();
      return true;
    case Op::bin_get:
    case Op::long_bin_get: {
      const auto found = memo_.find(in_.unsigned_number(opcode == Op::bin_get ? 1 : 4));
      if (found == memo_.end()) in_.fail("a value that was remembered", "none of that number");
      stack_.push_back(found->second);
      return true;
    }
    default:
      return false;
  }
}

void PickleMachine::push(PickleValue value) {
  stack_.push_back(&pickle_.values.emplace_back(std::move(value)));
}

void PickleMachine::push_items(Kind kind, Items items) {
  push({.kind = kind, .items = std::move(items)});
}

PickleValue& PickleMachine::top() {
  if (stack_.size() <= floor()) in_.fail("a value on the stack", "none");
  return *stack_.back();
}

PickleValue* PickleMachine::pop() {
  PickleValue& value = top();
  stack_.pop_back();
  return &value;
}

PickleValue* PickleMachine::pop(Kind kind) {
  PickleValue* const value = pop();
  if (!value->is(kind)) in_.fail(described(kind), described(value->kind));
  return value;
}

PickleMachine::Items PickleMachine::pop_to_mark() {
  if (marks_.empty()) in_.fail("a mark on the stack", "none");
  Items items = pop_some(stack_.size() - marks_.back());
  marks_.pop_back();
  return items;
}

PickleMachine::Items PickleMachine::pop_some(std::size_t count) {
  if (stack_.size() - floor() < count)
    in_.fail(std::to_string(count) + " values on the stack", "fewer");
  const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
  Items items(first, stack_.end());
  stack_.erase(first, stack_.end());
  return items;
}

void PickleMachine::extend(Kind kind, const Items& items) {
  PickleValue& container = top();
  if (!container.is(kind)) in_.fail(described(kind), described(container.kind));
  if (kind == Kind::dict && items.size() % 2 != 0) in_.fail("a value for each key", "none");
  container.items.insert(container.items.end(), items.begin(), items.end());
}

}  // namespace sslhost::host
