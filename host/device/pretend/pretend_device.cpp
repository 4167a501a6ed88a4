// SPDX-License-Identifier: Apache-2.0
#include "host/device/pretend/pretend_device.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include "host/device/pretend/memory.hpp"
#include "host/device/pretend/operators.hpp"
#include "host/device/pretend/use.hpp"

namespace sslhost::host {

namespace {

const c10::Device kDevice(c10::kPrivateUse1, 0);

/// One stream, on which all is done as soon as it is asked for; autograd still has its thread.
struct Guard final : c10::impl::NoOpDeviceGuardImpl<c10::kPrivateUse1> {
  c10::Device exchangeDevice(c10::Device) const override { return kDevice; }
  c10::Device getDevice() const override { return kDevice; }
  c10::Stream getStream(c10::Device) const noexcept override { return stream(); }
  c10::Stream getDefaultStream(c10::Device) const override { return stream(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(); }
  void record(void** event, const c10::Stream&, const c10::DeviceIndex,
              const c10::EventFlag) const override {
    static int an_event;
    *event = &an_event;
  }
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
  bool queryStream(const c10::Stream&) const override { return true; }
  void synchronizeEvent(void*) const override { pretend::note_wait("an event"); }
  void synchronizeStream(const c10::Stream&) const override { pretend::note_wait("a stream"); }
  void synchronizeDevice(const c10::DeviceIndex) const override {
    pretend::note_wait("the device");
  }
  void destroyEvent(void*, const c10::DeviceIndex) const noexcept override {}

 private:
  static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, kDevice); }
};

struct Generator final : at::CPUGeneratorImpl {
  explicit Generator(uint64_t seed = c10::default_rng_seed_val) : CPUGeneratorImpl(seed) {
    device_ = kDevice;
    key_set_ = c10::DispatchKeySet(c10::DispatchKey::PrivateUse1);
  }
  CPUGeneratorImpl* clone_impl() const override {
    return new Generator(const_cast<Generator*>(this)->current_seed());
  }
};

struct Hooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  c10::DeviceIndex getCurrentDevice() const override { return 0; }
  const at::Generator& getDefaultGenerator(c10::DeviceIndex) const override {
    static const auto generator = at::make_generator<Generator>();
    return generator;
  }
  at::Allocator* getPinnedMemoryAllocator() const override { return &pretend::pinned_memory(); }
  bool isPinnedPtr(const void* data) const override { return pretend::is_pinned(data); }
};

bool register_device() {
  static const Guard guard;
  static Hooks hooks;
  static const c10::impl::DeviceGuardImplRegistrar registrar(c10::kPrivateUse1, &guard);
  at::RegisterPrivateUse1HooksInterface(&hooks);
  c10::register_privateuse1_backend("pretend");
  pretend::register_operators();
  return true;
}

}  // namespace

c10::Device pretend_device() {
  [[maybe_unused]] static const bool registered = register_device();
  return kDevice;
}

}  // namespace sslhost::host
