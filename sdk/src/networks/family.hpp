// SPDX-License-Identifier: Apache-2.0
#pragma once

// A family is a pattern of names and what makes its networks; registry.cpp lists them all.

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sslhost/nn/layers.hpp"
#include "sslhost/nn/networks.hpp"

namespace sslhost::networks {

struct Wanted {
  std::string_view name;
  const Task& task;
  const NetworkRequest& request;
  uint64_t seed;
};

struct Family {
  std::vector<std::string> names;  ///< for people: those in use, or a pattern
  /// Null for a name that is not of the family. Throws Error (usage) where the task does not fit.
  std::shared_ptr<Backbone> (*make)(const Wanted& wanted);
  /// What published weights of a name expect; nullopt for a name that is not of the family, or has
  /// none. A null pointer: none has.
  std::optional<PretrainedInput> (*pretrained)(std::string_view name) = nullptr;
};

/// Names of the variants of a family, in a table of anything that has a `name`.
template <class Variant, size_t N>
std::vector<std::string> names_of(const Variant (&variants)[N]) {
  std::vector<std::string> names;
  for (const auto& variant : variants) names.emplace_back(variant.name);
  return names;
}

/// The variant of that name; null: none.
template <class Variant, size_t N>
const Variant* find_named(const Variant (&variants)[N], std::string_view name) {
  const auto* found = std::ranges::find(variants, name, &Variant::name);
  return found == std::end(variants) ? nullptr : found;
}

Family mlp();
Family mlp_weight_norm();
Family cnn_4x4();
Family cnn_3x3();
Family cnn_weight_norm();
Family resnet();
Family wide_resnet();
Family efficientnet_lite();
Family convnext();
Family vision_transformer();

/// "mlp-256-128" after "mlp" -> {256, 128}; empty when the name is not of that form.
std::vector<int64_t> widths_after(std::string_view prefix, std::string_view name);

/// Mean and standard deviation of ImageNet's training part, by which most networks were trained.
PretrainedInput imagenet_input(int64_t side, std::string head);

/// Throws Error (usage) for images below `least` x `least`.
void require_images(const Wanted& wanted, int64_t least);
/// Throws Error (usage) where the method wants none.
void require_batch_norm(const Wanted& wanted);

}  // namespace sslhost::networks
