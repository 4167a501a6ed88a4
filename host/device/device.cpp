// SPDX-License-Identifier: Apache-2.0
#include "host/device/device.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include "sslhost/cuda_library.hpp"
#include "sslhost/error.hpp"

#include "host/device/cards.hpp"
#include "host/device/pretend/pretend_device.hpp"

namespace sslhost::host {

namespace {

/// The N of "cuda:N", 0 for "cuda".
std::optional<int> card_index(const std::string& name) {
  if (name == "cuda") return 0;
  if (!name.starts_with("cuda:") || name.size() < 6 || name.size() > 8) return std::nullopt;
  if (name.find_first_not_of("0123456789", 5) != std::string::npos) return std::nullopt;
  return std::stoi(name.substr(5));
}

/// A card that computes in float32 as CPUs do. LibTorch would let its convolutions round to TF32,
/// 2^-11, which is coarser than VAT's trial steps, and cuDNN choose kernels whose sums have no
/// order.
c10::Device card(int index) {
  auto& context = at::globalContext();
  context.setAllowTF32CuDNN(false);
  context.setAllowTF32CuBLAS(false);
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
  // Whatever asks for no card of its own, such as pinned memory, would open a context on card 0.
  cards()->make_current(index);
  return {c10::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

}  // namespace

std::optional<std::string> why_unusable(int index) {
  const auto* of_cuda = cards();
  if (!of_cuda) {
    const auto& why = sslhost::detail::cuda_library().why_not;
    return why.empty() ? "libsslhost_cuda is of another sslhost" : why;
  }
  if (const auto why = of_cuda->why_unusable(index)) return why;
  // Last, since LibTorch says no for each of their reasons too.
  if (!at::hasCUDA()) return "this build of LibTorch has no CUDA";
  return std::nullopt;
}

bool has_card(const std::filesystem::path& devices) {
  std::error_code none;
  for (const auto& device : std::filesystem::directory_iterator(devices, none)) {
    std::string vendor, kind;
    std::ifstream(device.path() / "vendor") >> vendor;
    std::ifstream(device.path() / "class") >> kind;
    // NVIDIA; a display controller, with or without a plug for a screen
    if (vendor == "0x10de" && kind.starts_with("0x03")) return true;
  }
  return false;
}

std::optional<std::string> unused_card(const std::string& name) {
  if (name != "auto" || !has_card()) return std::nullopt;
  const auto why = why_unusable(0);
  if (!why) return std::nullopt;
  return "device auto: this machine has an NVIDIA card, but training is on the CPU: " + *why;
}

std::vector<std::string> usable_cards() {
  std::vector<std::string> names;
  for (int i = 0; !why_unusable(i); ++i)
    names.push_back(device_text({c10::kCUDA, static_cast<c10::DeviceIndex>(i)}));
  return names;
}

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown CPU";
}

c10::Device choose_device(const std::string& name) {
  if (name == "cpu") return c10::kCPU;
  if (name == "pretend") return pretend_device();
  if (name == "auto") return why_unusable(0) ? c10::Device(c10::kCPU) : card(0);
  const auto index = card_index(name);
  if (!index)
    throw Error(ExitCode::usage, {"option device", "auto, cpu, cuda, cuda:N or pretend",
                                  "'" + name + "'", "choose one of these"});
  if (const auto why = why_unusable(*index))
    throw Error(ExitCode::device,
                {"device " + name, "a usable GPU", *why, "use --device cpu or --device auto"});
  return card(*index);
}

std::string device_text(c10::Device device) {
  if (const int threads = at::get_num_threads(); device.is_cpu())
    return processor_name() + ", " + std::to_string(threads) +
           (threads == 1 ? " thread" : " threads");
  if (!device.is_cuda()) return "no device, pretended on " + processor_name();
  const auto name = cards()->name(device.index());
  return name.empty() ? device.str() : name;
}

void synchronize(c10::Device device) {
  if (device.is_cuda()) cards()->synchronize(device.index());
}

}  // namespace sslhost::host
