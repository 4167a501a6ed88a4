// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a shared library becomes a plugin. One macro at the end of the file, at global scope:
//
//   SSLHOST_METHOD(Vat, "vat", "0.1.0", "Virtual adversarial training (Miyato et al. 2018)")
//   SSLHOST_DATASET(Digits, "digits", "0.1.0", "UCI optical digits, embedded")
//
// It emits the record that the host reads from the file before loading it, and the entry function.

#include <memory>
#include <string_view>

#include <torch/version.h>

#include "sslhost/dataset.hpp"
#include "sslhost/method.hpp"
#include "sslhost/record.hpp"

namespace sslhost {

/// One loaded plugin: holds the options of its kind until make().
class SSLHOST_API Plugin {
 public:
  virtual ~Plugin() = default;
  virtual void describe(OptionList& list) = 0;  ///< binds the list to options held by this object
};
/// A method, until it is made.
class SSLHOST_API MethodPlugin : public Plugin {
 public:
  virtual std::unique_ptr<Method> make() = 0;  ///< with the options as they are now
};
/// A dataset, until it is made.
class SSLHOST_API DatasetPlugin : public Plugin {
 public:
  virtual std::unique_ptr<DatasetReader> make() = 0;  ///< with the options as they are now
  /// Whether this is what --data names, where no --dataset is given. Looks at names and first
  /// bytes.
  virtual bool recognizes(const std::string& path) = 0;
};

/// What the entry function gives to a host that it accepts. Lives as long as the process, as
/// plugins are never unloaded.
struct Entry {
  uint32_t size = sizeof(Entry);                          ///< bytes, as the plugin knows it
  const Record* record = nullptr;                         ///< the bytes that are also in the file
  std::unique_ptr<MethodPlugin> (*method)() = nullptr;    ///< null in a dataset
  std::unique_ptr<DatasetPlugin> (*dataset)() = nullptr;  ///< null in a method
};

namespace detail {

template <class T, class Interface, class Product>
class PluginOf : public Interface {
  static_assert(in_anonymous_namespace<T>(),
                "put the class of a plugin into an anonymous namespace");

 public:
  void describe(OptionList& list) override { T::describe(list, options_); }
  std::unique_ptr<Product> make() override { return std::make_unique<T>(options_); }

 private:
  typename T::Options options_;
};

/// A dataset may have `static bool recognizes(const std::string& path)`.
template <class T>
class DatasetPluginOf final : public PluginOf<T, DatasetPlugin, DatasetReader> {
 public:
  bool recognizes(const std::string& path) override {
    if constexpr (requires { T::recognizes(path); }) {
      return T::recognizes(path);
    } else {
      return false;
    }
  }
};

template <class T>
std::unique_ptr<MethodPlugin> method_plugin() {
  return std::make_unique<PluginOf<T, MethodPlugin, Method>>();
}
template <class T>
std::unique_ptr<DatasetPlugin> dataset_plugin() {
  return std::make_unique<DatasetPluginOf<T>>();
}

}  // namespace detail

}  // namespace sslhost

/// Makes a method of the class, in an anonymous namespace, the plugin of this library. The id has
/// at most 31 bytes, the version 23, the summary 159: too long is an error of the compiler.
#define SSLHOST_METHOD(Class, id, version, summary)   \
  SSLHOST_DETAIL_PLUGIN(method, id, version, summary, \
                        .method = &::sslhost::detail::method_plugin<Class>)
/// The same for a DatasetReader.
#define SSLHOST_DATASET(Class, id, version, summary)   \
  SSLHOST_DETAIL_PLUGIN(dataset, id, version, summary, \
                        .dataset = &::sslhost::detail::dataset_plugin<Class>)

/// Major and minor version of the CUDA toolkit of a plugin that has CUDA sources, which
/// sslhost_add_plugin() names.
#ifndef SSLHOST_PLUGIN_CUDA
#define SSLHOST_PLUGIN_CUDA 0, 0
#endif

// It also says what the plugin is called there: recipes lie in a folder of that name.
#ifdef SSLHOST_PLUGIN_NAME
#define SSLHOST_DETAIL_CHECK(kind, id)                                                         \
  static_assert(std::string_view(id) == SSLHOST_PLUGIN_NAME &&                                 \
                    ::sslhost::PluginKind::kind == ::sslhost::PluginKind::SSLHOST_PLUGIN_KIND, \
                "id and kind differ from sslhost_add_plugin(NAME KIND)");
#else
#define SSLHOST_DETAIL_CHECK(kind, id)
#endif

#define SSLHOST_DETAIL_PLATFORM                                                                   \
  ::sslhost::detail::platform_here(TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH, \
                                   SSLHOST_PLUGIN_CUDA)

#define SSLHOST_DETAIL_PLUGIN(kind, id, version, summary, maker)                             \
  SSLHOST_DETAIL_CHECK(kind, id)                                                             \
  SSLHOST_DETAIL_RECORD(kind, id, version, summary, SSLHOST_DETAIL_PLATFORM)                 \
  extern "C" SSLHOST_API const ::sslhost::Entry* sslhost_plugin_v1(                          \
      const ::sslhost::Platform* host) noexcept {                                            \
    static constexpr ::sslhost::Entry entry{.record = &sslhost_record, maker};               \
    return host != nullptr && ::sslhost::sdk_fits(sslhost_record.platform, *host) ? &entry   \
                                                                                  : nullptr; \
  }
