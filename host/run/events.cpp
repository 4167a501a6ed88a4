// SPDX-License-Identifier: Apache-2.0
#include "host/run/events.hpp"

#include <bit>
#include <cstring>

#include <boost/crc.hpp>
#include <protozero/pbf_writer.hpp>

namespace sslhost::host {

namespace {

static_assert(std::endian::native == std::endian::little, "records hold little-endian numbers");

// Field numbers of Event, Summary and Summary.Value.
constexpr protozero::pbf_tag_type kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5;
constexpr protozero::pbf_tag_type kValue = 1;
constexpr protozero::pbf_tag_type kTag = 1, kSimpleValue = 2;

/// CRC-32C, rotated and shifted as tensorflow/core/lib/hash/crc32c.h does for checksums stored
/// beside their data.
std::uint32_t masked_crc(std::string_view data) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(data.data(), data.size());
  return std::rotr(static_cast<std::uint32_t>(crc.checksum()), 15) + 0xa282ead8U;
}

template <class T>
std::string raw_bytes(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

}  // namespace

std::string frame_record(std::string_view data) {
  const std::string length = raw_bytes(std::uint64_t{data.size()});
  return length + raw_bytes(masked_crc(length)) + std::string(data) + raw_bytes(masked_crc(data));
}

std::string version_event(double wall_time) {
  std::string data;
  protozero::pbf_writer event(data);
  event.add_double(kWallTime, wall_time);
  event.add_string(kFileVersion, "brain.Event:2");
  return frame_record(data);
}

std::string scalar_event(double wall_time, std::int64_t step,
                         std::span<const std::pair<std::string, double>> scalars) {
  std::string data;
  {
    protozero::pbf_writer event(data);
    event.add_double(kWallTime, wall_time);
    event.add_int64(kStep, step);
    protozero::pbf_writer summary(event, kSummary);  // closed by its destructor, as are the values
    for (const auto& [tag, value] : scalars) {
      protozero::pbf_writer entry(summary, kValue);
      entry.add_string(kTag, tag);
      entry.add_float(kSimpleValue, static_cast<float>(value));
    }
  }
  return frame_record(data);
}

}  // namespace sslhost::host
