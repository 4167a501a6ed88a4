// SPDX-License-Identifier: Apache-2.0
#include "host/device/pretend/use.hpp"

#include <mutex>
#include <sstream>

#include <c10/util/Exception.h>

#include "host/device/pretend/graph.hpp"
#include "host/device/pretend/memory.hpp"

namespace sslhost::host::pretend {

namespace {

std::mutex lock;
bool noting = false;
Asked noted;
thread_local bool is_paused = false;

void describe(std::ostream& out, const at::Tensor& tensor) {
  if (!tensor.defined()) {
    out << " none";
    return;
  }
  out << ' ' << tensor.scalar_type() << tensor.sizes();
  if (tensor.is_cpu() && tensor.numel() == 1)
    out << '=' << tensor.item();  // a number of the host's
  if (!tensor.is_privateuseone()) return;
  if (const auto number = number_of(tensor); number >= 0)
    out << '#' << number;
  else
    out << '@' << (tensor.numel() == 0 ? nullptr : tensor.storage().data());
  out << '+' << tensor.storage_offset();
}

void describe(std::ostream& out, const c10::IValue& value) {
  if (value.isTensor())
    describe(out, value.toTensor());
  else if (value.isTensorList())
    for (const at::Tensor& tensor : value.toTensorVector()) describe(out, tensor);
  else if (value.isGenerator())
    out << " generator";
  else
    out << ' ' << value;
}

}  // namespace

int Asked::total() const {
  int sum = 0;
  for (const auto& [name, count] : operators) sum += count;
  return sum;
}

Use::Use() {
  const std::lock_guard guard(lock);
  TORCH_CHECK(!noting, "one pretend::Use at a time");
  restart_numbers();
  noted = {};
  noting = true;
}

Use::~Use() {
  const std::lock_guard guard(lock);
  noting = false;
}

const Asked& Use::asked() const { return noted; }

bool Use::paused() { return is_paused; }

Use::Pause::Pause() : before_(is_paused) { is_paused = true; }
Use::Pause::~Pause() { is_paused = before_; }

void note_operator(const std::string& name, at::ArrayRef<c10::IValue> arguments) {
  if (is_paused) return;
  const std::lock_guard guard(lock);
  if (!noting) return;
  ++noted.operators[name];
  std::ostringstream line;
  line << name;
  for (const auto& argument : arguments) describe(line, argument);
  noted.trace.push_back(line.str());
}

void note_wait(const std::string& name) {
  require_no_wait(name.c_str());
  if (is_paused) return;
  const std::lock_guard guard(lock);
  if (noting) ++noted.waits[name];
}

}  // namespace sslhost::host::pretend
