// SPDX-License-Identifier: Apache-2.0
// The opcodes with which a pickle has Python import, call and set attributes.
#include <cstdio>
#include <string>

#include "host/weights/pickle_calls.hpp"
#include "host/weights/pickle_machine.hpp"

namespace sslhost::host {

using Op = PickleOpcode;

namespace {

constexpr const char* kExpected = "tensors, numbers and text, which need no code";

std::string would_run(std::string_view what) {
  return "this file would run `" + std::string(what) + "` when Python loads it";
}

std::string hexadecimal(Op opcode) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%02x", static_cast<unsigned>(opcode));
  return text;
}

}  // namespace

bool PickleMachine::call(Op opcode) {
  switch (opcode) {
    case Op::global: {
      const auto module = in_.line();
      push_name(module, in_.line());
      return true;
    }
    case Op::stack_global: {
      const auto* const name = pop(Kind::text);
      push_name(pop(Kind::text)->text, name->text);
      return true;
    }
    case Op::bin_pers_id: {
      PickleValue* const storage = pickle_storage(*pop(), pickle_.values);
      if (storage == nullptr)
        in_.fail("a storage as torch.save() describes one: type, key, device, elements", "another");
      stack_.push_back(storage);
      return true;
    }
    case Op::reduce:
      reduce();
      return true;
    case Op::build:
      build();
      return true;
    default:
      return false;
  }
}

void PickleMachine::push_name(std::string_view module, std::string_view name) {
  const KnownName* const known = known_name(module, name);
  if (known == nullptr) in_.refuse(kExpected, would_run(shown(module) + "." + shown(name)));
  push({.kind = Kind::name, .name = known});
}

void PickleMachine::reduce() {
  const PickleValue* const arguments = pop();
  const KnownName& name = *pop(Kind::name)->name;
  PickleValue* const result = pickle_call(name, *arguments, pickle_.values);
  if (result == nullptr)
    in_.fail("`" + std::string(name.name) + "` as torch.save() calls it", "other arguments");
  stack_.push_back(result);
}

/// Attributes of an OrderedDict (its _metadata, versions of modules) are left out; nothing else
/// has any.
void PickleMachine::build() {
  const PickleValue* const state = pop();
  if (!top().is(Kind::dict) || !top().ordered || !state->is(Kind::dict)) {
    in_.refuse("attributes of an OrderedDict only",
               std::string("attributes of ") + described(top().kind));
  }
}

void PickleMachine::unknown(Op opcode) {
  switch (opcode) {
    case Op::inst: {
      const auto module = in_.line();
      in_.refuse(kExpected, would_run(shown(module) + "." + shown(in_.line())));
    }
    case Op::obj:
    case Op::new_obj:
    case Op::new_obj_ex:
      in_.refuse(kExpected, "this file would make an object of a class when Python loads it");
    case Op::ext1:
    case Op::ext2:
    case Op::ext4: {
      const std::size_t width = opcode == Op::ext1 ? 1 : opcode == Op::ext2 ? 2 : 4;
      in_.refuse(kExpected, would_run("extension " + std::to_string(in_.unsigned_number(width))));
    }
    default:
      in_.fail("opcodes of a state dict", "opcode " + hexadecimal(opcode));
  }
}

}  // namespace sslhost::host
