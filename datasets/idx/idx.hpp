// SPDX-License-Identifier: Apache-2.0
#pragma once

// IDX, the format of MNIST: a big-endian magic number and one 32-bit length a dimension, then one
// byte a value. Whatever the header promises is checked, and memory is taken only for bytes that
// are really there. All functions throw Error (data) naming file, byte, expected, found and the
// next step.

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/idx/byte_reader.hpp"

namespace sslhost::idx {

constexpr int64_t kMostClasses = 256;  // a label is one byte

struct Images {
  int64_t count = 0, height = 0, width = 0;
  std::vector<uint8_t> pixels;  ///< [count, height, width]
};

struct Part {
  Images images;
  std::vector<uint8_t> labels;  ///< [count]
};

/// A whole set; both parts have images of one size.
struct Set {
  Part train, test;
  int64_t classes = 0;
};

/// Three dimensions, magic 0x00000803.
Images read_images(ByteReader& in);
/// One dimension, magic 0x00000801: as many labels as images, each below `classes`;
/// `whose` they are stands in the error.
std::vector<uint8_t> read_labels(ByteReader& in, int64_t images, int64_t classes,
                                 const std::string& whose = {});

/// The four files of a set, from disk or memory.
struct Readers {
  ByteReader train_images, train_labels, test_images, test_labels;
};
/// `classes` 0: one more than the largest training label. Either way every class must occur in the
/// training part, or its images could never be recognised.
Set read_set(Readers&& in, int64_t classes = 0);

}  // namespace sslhost::idx
