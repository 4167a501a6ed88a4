// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a model computes, as a list of operations from its input to its logits: what every format is
// written from. Without LibTorch; operations and arguments are called as ATen calls them.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "host/storage/descriptor.hpp"

namespace sslhost::host {

enum class ElementType { boolean, uint8, int32, int64, float32, float64 };

/// A whole number, or that many times the number of images in the batch.
struct Extent {
  std::int64_t number = 0;
  bool of_batch = false;
  bool operator==(const Extent&) const = default;
};

struct Constant {
  std::vector<std::int64_t> shape;
  Bytes bytes;                        ///< row by row, little-endian
  std::shared_ptr<const void> owner;  ///< of the bytes
};

struct Value {
  std::string name;  ///< unique; a parameter's is that in model.safetensors
  ElementType type = ElementType::float32;
  std::vector<Extent> shape;
  std::shared_ptr<const Constant> constant = nullptr;  ///< null: computed, or the input
};

/// A place in Operations::values.
struct Place {
  std::size_t at = 0;
  bool operator==(const Place&) const = default;
};

/// monostate: none. A type stands for ATen's dtype.
using Argument = std::variant<std::monostate, bool, double, Extent, std::vector<Extent>,
                              ElementType, std::string, Place, std::vector<Place>>;

struct Operation {
  std::string name;  ///< "linear"
  std::vector<std::pair<std::string, Argument>> arguments;
  std::vector<Place> results;

  /// monostate where there is none of that name.
  const Argument& argument(std::string_view called) const;
};

struct Operations {
  std::vector<Value> values;
  std::vector<Operation> list;  ///< each after those whose results it takes
  Place input, logits;

  const Value& at(Place place) const { return values.at(place.at); }
};

}  // namespace sslhost::host
