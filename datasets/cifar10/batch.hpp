// SPDX-License-Identifier: Apache-2.0
#pragma once

// The binary version of CIFAR-10: files of records, each one label byte and 3,072 pixel bytes (red
// plane, green plane, blue plane, row by row). All functions throw Error (data) naming file, byte,
// expected and found.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace sslhost::cifar10 {

constexpr size_t kPixels = 3 * 32 * 32;
constexpr size_t kRecord = 1 + kPixels;
constexpr size_t kMostRecords = 10'000;  ///< of one file, as the official ones have
constexpr size_t kMostBytes = kMostRecords * kRecord;
constexpr size_t kClasses = 10;

struct Part {
  std::vector<uint8_t> pixels;  ///< [count, 3, 32, 32]
  std::vector<uint8_t> labels;  ///< [count]
};

/// Where a byte of a file is, for errors: "data_batch_1.bin, byte 3073".
using Place = std::function<std::string(uint64_t offset)>;

/// Checks the bytes of one whole file and appends its records.
void append_batch(std::span<const uint8_t> bytes, const Place& place, Part& part);

/// batches.meta.txt: the names of the classes, one a line.
std::vector<std::string> read_names(std::span<const uint8_t> bytes, const Place& place);
/// The names that the official file holds.
std::vector<std::string> official_names();

/// Whether the first 4,000 records are, byte for byte, those of the official data_batch_1.bin (by
/// CRC-32, which tells copies with changed pixels from the original, not forgeries).
bool begins_as_official(const Part& train);

}  // namespace sslhost::cifar10
