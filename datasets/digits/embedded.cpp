// SPDX-License-Identifier: Apache-2.0
#include "datasets/digits/embedded.hpp"

#include <span>

// The assembler copies a file between two symbols. `.hidden` keeps them inside the library.
// clang-format off
#define SSLHOST_EMBED(symbol, file)                              \
  asm(".pushsection .rodata\n"                                   \
      ".hidden " #symbol "\n"                                    \
      ".global " #symbol "\n"                                    \
      #symbol ":\n"                                              \
      ".incbin \"" SSLHOST_DIGITS_DATA "/" file "\"\n"           \
      ".hidden " #symbol "_end\n"                                \
      ".global " #symbol "_end\n"                                \
      #symbol "_end:\n"                                          \
      ".popsection\n");                                          \
  extern "C" __attribute__((visibility("hidden"))) const uint8_t symbol[], symbol##_end[]
// clang-format on

// Symbols that the assembler makes: named as those of a C library, since they share its name space.
// NOLINTBEGIN(readability-identifier-naming)
SSLHOST_EMBED(sslhost_digits_train_images, "train-images-idx3-ubyte.gz");
SSLHOST_EMBED(sslhost_digits_train_labels, "train-labels-idx1-ubyte.gz");
SSLHOST_EMBED(sslhost_digits_test_images, "test-images-idx3-ubyte.gz");
SSLHOST_EMBED(sslhost_digits_test_labels, "test-labels-idx1-ubyte.gz");
// NOLINTEND(readability-identifier-naming)

namespace sslhost::digits {

namespace {

idx::ByteReader reader(const char* name, const uint8_t* begin, const uint8_t* end) {
  return idx::ByteReader::memory(std::string("embedded digits, ") + name, std::span(begin, end));
}

}  // namespace

idx::Set read_embedded() {
  return idx::read_set(
      {reader("train images", sslhost_digits_train_images, sslhost_digits_train_images_end),
       reader("train labels", sslhost_digits_train_labels, sslhost_digits_train_labels_end),
       reader("test images", sslhost_digits_test_images, sslhost_digits_test_images_end),
       reader("test labels", sslhost_digits_test_labels, sslhost_digits_test_labels_end)},
      10);
}

}  // namespace sslhost::digits
