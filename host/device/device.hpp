// SPDX-License-Identifier: Apache-2.0
#pragma once

// The device of a run, chosen by name and checked before anything is built.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <c10/core/Device.h>

namespace sslhost::host {

/// auto: the first usable GPU, else the CPU. Throws Error (usage) for a name that is none, Error
/// (device) with the reason (no driver, driver too old, no card, card too old, library missing)
/// when a GPU is asked for and cannot be used. A GPU chosen here computes in whole float32, not
/// TF32, and takes cuDNN's deterministic kernels: settings of the whole process.
c10::Device choose_device(const std::string& name);

/// Why card `index` cannot be used; nothing when it can.
std::optional<std::string> why_unusable(int index);

/// Whether the system knows of an NVIDIA card, usable or not.
bool has_card(const std::filesystem::path& devices = "/sys/bus/pci/devices");
/// What to tell a user whose `auto` passes over a card that is there; else nothing.
std::optional<std::string> unused_card(const std::string& name);

/// The names of the cards that can be used, up to the first that cannot.
std::vector<std::string> usable_cards();

/// As the system calls it.
std::string processor_name();

/// "AMD EPYC ..., 2 threads" or the GPU's name, for the record of a run.
std::string device_text(c10::Device device);

/// Waits until the device has done all that was asked of it.
void synchronize(c10::Device device);

}  // namespace sslhost::host
