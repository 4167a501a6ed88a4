// SPDX-License-Identifier: Apache-2.0
#include "host/run/events.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sslhost::host {
namespace {

TEST(Events, FrameHasLengthAndMaskedChecksums) {
  // The check value of CRC-32C, from the catalogue of parametrised CRC algorithms.
  const std::uint32_t crc = 0xe3069283U;
  const std::uint32_t masked = ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
  const std::string record = frame_record("123456789");
  ASSERT_EQ(record.size(), 8 + 4 + 9 + 4);
  EXPECT_EQ(record.substr(0, 8), std::string("\x09\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(record.substr(12, 9), "123456789");
  for (int byte = 0; byte < 4; ++byte) {
    EXPECT_EQ(static_cast<unsigned char>(record[21 + byte]), (masked >> (8 * byte)) & 0xff);
  }
}

// The messages below were encoded by hand from event.proto and summary.proto.
TEST(Events, FirstEventNamesTheFileVersion) {
  const std::string message =
      std::string("\x09\0\0\0\0\0\0\xf8\x3f", 9) + "\x1a\x0d" + "brain.Event:2";
  EXPECT_EQ(version_event(1.5), frame_record(message));
}

TEST(Events, ScalarsShareOneEvent) {
  const std::vector<std::pair<std::string, double>> scalars = {{"t/a", 1.0}, {"t/b", -2.0}};
  const std::string value_a = std::string("\x0a\x03t/a\x15\0\0\x80\x3f", 10);
  const std::string value_b = std::string("\x0a\x03t/b\x15\0\0\0\xc0", 10);
  const std::string summary = "\x0a\x0a" + value_a + "\x0a\x0a" + value_b;
  const std::string message =
      std::string("\x09\0\0\0\0\0\0\xf8\x3f\x10\x96\x01\x2a\x18", 14) + summary;
  EXPECT_EQ(scalar_event(1.5, 150, scalars), frame_record(message));
}

}  // namespace
}  // namespace sslhost::host
