// SPDX-License-Identifier: Apache-2.0
#pragma once

// In place of Gloo's headers, which LibTorch's wheel leaves out. ProcessGroupGloo.hpp holds each of
// Gloo's objects by a pointer, so declarations are enough to construct one; the code is in LibTorch.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace gloo {

class Context {
 public:
  Context() = delete;
  void setTimeout(std::chrono::milliseconds timeout);
};

namespace rendezvous {

class Store {
 public:
  virtual ~Store() = 0;
  virtual void set(const std::string&, const std::vector<char>&) = 0;
  virtual std::vector<char> get(const std::string&) = 0;
  virtual void wait(const std::vector<std::string>&) = 0;
  virtual void wait(const std::vector<std::string>&, const std::chrono::milliseconds&) = 0;
  /// Keeps c10d's GlooStore, which is inline, from being instantiated with this layout: its table
  /// of functions would take the place of LibTorch's.
  virtual void not_in_gloo() = 0;
};

}  // namespace rendezvous

namespace transport {

class Device;
class UnboundBuffer {
 public:
  virtual ~UnboundBuffer() = 0;
};

}  // namespace transport

}  // namespace gloo
