// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "host/weights/pickle_bytes.hpp"
#include "host/weights/pickle_opcodes.hpp"
#include "host/weights/pickle_value.hpp"

namespace sslhost::host {

/// The stack, the marks on it and the memo. No opcode makes more than one value or puts more than
/// one on the stack, so that memory stays in proportion to the number of opcodes, which is limited.
class PickleMachine {
 public:
  explicit PickleMachine(PickleBytes in) : in_(std::move(in)) {}

  Pickle run();

 private:
  using Kind = PickleValue::Kind;
  using Items = std::vector<PickleValue*>;

  // Each does one opcode, or returns false where it is not of its kind.
  bool header(PickleOpcode opcode);
  bool constant(PickleOpcode opcode);
  bool text(PickleOpcode opcode);
  bool stack(PickleOpcode opcode);
  bool container(PickleOpcode opcode);
  bool addition(PickleOpcode opcode);
  bool memo(PickleOpcode opcode);
  bool call(PickleOpcode opcode);
  [[noreturn]] void unknown(PickleOpcode opcode);

  void push(PickleValue value);
  void push_long(std::uint64_t size);
  void push_name(std::string_view module, std::string_view name);
  void push_items(Kind kind, Items items);
  void reduce();
  void build();
  PickleValue* pop();
  PickleValue* pop(Kind kind);
  PickleValue& top();
  Items pop_to_mark();
  Items pop_some(std::size_t count);
  void extend(Kind kind, const Items& items);
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  PickleBytes in_;
  Pickle pickle_;
  Items stack_;
  std::vector<std::size_t> marks_;  ///< how many values lay below each
  std::unordered_map<std::uint64_t, PickleValue*> memo_;
};

}  // namespace sslhost::host
