// SPDX-License-Identifier: Apache-2.0
#pragma once

// A part of a network: named parameters, buffers, parts below it, and a flag for training. It is
// torch::nn::Module in small: that header alone takes ten seconds to compile, this one no time.
// LibTorch's own modules serve too, as a part of one of these or by themselves.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sslhost/export.hpp"
#include "sslhost/types.hpp"

namespace torch::nn {
class Module;
}

namespace sslhost {

class Module;

/// A module of LibTorch's as one of ours: the same tensors, the same flags. Its batch norms keep to
/// the rule for running statistics; its dropout draws from LibTorch's generator.
SSLHOST_API std::shared_ptr<Module> adopt(std::shared_ptr<torch::nn::Module> module);

namespace detail {
inline std::shared_ptr<Module> as_module(std::shared_ptr<Module> module) { return module; }
inline std::shared_ptr<Module> as_module(std::shared_ptr<torch::nn::Module> module) {
  return adopt(std::move(module));
}
}  // namespace detail

/// The base of networks and layers. One thread uses a module at a time.
class SSLHOST_API Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  virtual ~Module();

  /// Of this module, then of those below it, in the order of registration: "layer.weight".
  NamedTensors named_parameters() const;
  NamedTensors named_buffers() const;      ///< in the same order
  std::vector<Tensor> parameters() const;  ///< without names
  std::vector<Tensor> buffers() const;     ///< without names

  /// A module and its name, with dots.
  struct Named {
    std::string name;  ///< "net.layer"
    Module* module;    ///< not owned
  };
  /// This module, called `name`, then those below it: "name.layer".
  std::vector<Named> named_modules(const std::string& name = "");

  virtual bool is_training() const { return training_; }  ///< true at first
  void train(bool on = true);                             ///< this module and those below it
  void eval() { train(false); }                           ///< train(false)
  /// This module alone.
  virtual void set_training(bool on) { training_ = on; }
  void to(c10::Device device);   ///< tensors move, in place
  void to(at::ScalarType type);  ///< what is floating point

  /// What adopt() was given; null for a module of ours.
  virtual const torch::nn::Module* adopted() const { return nullptr; }

 protected:
  /// Undefined tensors are left out. What is returned is the tensor itself, to be kept. Throws
  /// c10::Error for a name that this module has given already, and for a result of autograd.
  Tensor register_parameter(std::string name, Tensor initial, bool requires_grad = true);
  Tensor register_buffer(std::string name, Tensor initial);  ///< with no gradient
  /// A part: one of ours or of LibTorch's. Throws c10::Error for a name that is taken, and for
  /// null.
  template <class M>
  std::shared_ptr<M> register_module(std::string name, std::shared_ptr<M> part) {
    attach(std::move(name), detail::as_module(part));
    return part;
  }

 private:
  void attach(std::string name, std::shared_ptr<Module> part);
  void append_tensors(NamedTensors Module::* own, const std::string& prefix,
                      NamedTensors& all) const;

  NamedTensors parameters_, buffers_;
  std::vector<std::pair<std::string, std::shared_ptr<Module>>> parts_;
  bool training_ = true;
};

/// A module of ours or of LibTorch's, by reference.
class ModuleRef {
 public:
  /// One of ours, which must outlive it.
  ModuleRef(Module& module) : ours_(&module) {}  // NOLINT: a reference is one too
  /// One of LibTorch's, which must outlive it.
  ModuleRef(torch::nn::Module& module) : adopted_(&module) {}    // NOLINT
  Module* ours() const { return ours_; }                         ///< null: one of LibTorch's
  const torch::nn::Module* adopted() const { return adopted_; }  ///< null: one of ours

 private:
  Module* ours_ = nullptr;
  const torch::nn::Module* adopted_ = nullptr;
};

/// What a layer that keeps running statistics is to the host, which decides when they are recorded.
class SSLHOST_API RunningStatistics {
 public:
  virtual ~RunningStatistics() = default;
  /// Whether training passes record them. At first they do not.
  virtual void record_statistics(bool on) = 0;
  /// The statistics, floating point, not their count.
  virtual std::vector<Tensor> statistics() const = 0;
};

}  // namespace sslhost
