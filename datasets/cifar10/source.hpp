// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where the six files of CIFAR-10's binary version, and batches.meta.txt, come from: a folder, or
// the archive as it is downloaded.

#include <string>
#include <vector>

#include "datasets/cifar10/batch.hpp"
#include "datasets/idx/byte_reader.hpp"

namespace sslhost::cifar10 {

struct Set {
  std::vector<std::string> classes;
  Part train, test;
};

/// Whether this is such a folder, or is called as the archive.
bool is_source(const std::string& path);

/// A folder with data_batch_1.bin ... data_batch_5.bin and test_batch.bin, each plain or .gz (or
/// with cifar-10-batches-bin, which has them); or a .tar or .tar.gz, read in place. Throws Error:
/// usage without a path, data for anything wrong in what is there.
Set read(const std::string& path);

/// The same from the bytes of a .tar or .tar.gz.
Set read_archive(idx::ByteReader&& in);

}  // namespace sslhost::cifar10
