// SPDX-License-Identifier: Apache-2.0
#pragma once

// TensorBoard's event files: records framed as TensorFlow frames them, each an Event message
// (tensorflow/core/util/event.proto, summary.proto). Only scalars are written.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sslhost::host {

/// Length, its masked CRC-32C, the data, their masked CRC-32C.
std::string frame_record(std::string_view data);

/// The framed record that starts every event file. `wall_time`: seconds since 1970.
std::string version_event(double wall_time);
/// One framed record with these tags and values.
std::string scalar_event(double wall_time, std::int64_t step,
                         std::span<const std::pair<std::string, double>> scalars);

}  // namespace sslhost::host
