// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <c10/core/Device.h>

#include "host/data/residency.hpp"

namespace sslhost::host {

struct ChosenResidency {
  Residency residency;  ///< device or host
  std::string note;     ///< where it is the host and nobody asked for it
};

/// For samples of so many bytes, of which `device` has `free` bytes left: half of these are left to
/// activations, gradients and moments.
ChosenResidency choose_residency(Residency asked, int64_t bytes, c10::Device device, int64_t free);

/// Bytes that are free now on a card, or for a CPU on the host; of the pretend device all there
/// could be.
int64_t free_bytes(c10::Device device);

}  // namespace sslhost::host
