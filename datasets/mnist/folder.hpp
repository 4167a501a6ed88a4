// SPDX-License-Identifier: Apache-2.0
#pragma once

// The four files of MNIST, and of the sets that come in the same ones (Fashion-MNIST, KMNIST), in
// one folder.

#include <string>

#include "datasets/idx/idx.hpp"

namespace sslhost::mnist {

/// Whether this is a folder with images of that kind in it.
bool is_mnist_folder(const std::string& folder);

/// Plain or gzip, "train-images-idx3-ubyte" or "train-images.idx3-ubyte". Throws Error: usage
/// without a folder, data for anything wrong in it.
idx::Set read_folder(const std::string& folder);

}  // namespace sslhost::mnist
