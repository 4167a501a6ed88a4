// SPDX-License-Identifier: Apache-2.0
#pragma once

// Two graphs that LibTorch's tracer recorded of one function, for two sizes of batches, as one list
// of operations. Included by the two files that know the tracer: its headers are slow.

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <torch/csrc/jit/ir/ir.h>

#include "sslhost/types.hpp"

#include "host/export/operations.hpp"

namespace sslhost::host {

class GraphReader {
 public:
  /// Sizes of the two batches: what is equal in both graphs does not depend on the size.
  static constexpr int64_t kFew = 2, kMore = 3;

  /// `who` is named in errors.
  GraphReader(const NamedTensors& named, std::string who);

  /// Goes through both side by side. Throws Error (plugin).
  Operations read(const torch::jit::Graph& few, const torch::jit::Graph& more);

 private:
  using JitValue = const torch::jit::Value*;
  using JitNode = torch::jit::Node;

  [[noreturn]] void refuse(const std::string& expected, const std::string& found) const;
  /// Throws unless both nodes take the same values.
  void pair(const JitNode& few, const JitNode& more);
  void read_node(const JitNode& few, const JitNode& more);
  void read_constant(const JitNode& few, const JitNode& more);
  void read_unpacked(const JitNode& few, const JitNode& more);
  void read_operation(const JitNode& few, const JitNode& more);
  /// What depends on weights alone is computed here and now.
  void fold(const JitNode& node);

  /// Of a list its elements, else the value itself.
  std::vector<JitValue> parts(JitValue value) const;
  /// Whether some input is computed from the images.
  bool depends_on_images(const JitNode& node) const;
  /// Whether some number among the inputs depends on the size of the batch.
  bool depends_on_batch(const JitNode& node) const;
  c10::IValue constant(JitValue value) const;
  /// The parameter that a constant is, or was made from; empty: none.
  std::string name_of(JitValue value) const;

  Argument argument(JitValue value);
  Argument list_argument(const std::vector<JitValue>& list);
  Argument constant_argument(JitValue value, const c10::IValue& constant) const;
  Place place(JitValue value);
  Place add_constant(JitValue value, const Tensor& tensor);
  Place add_value(JitValue few, JitValue more, const std::string& name);
  /// name_1, name_2, ...; with `bare`, for parameters, the first is the name itself.
  std::string unique(const std::string& name, bool bare);

  std::string who_;
  Operations all_;
  std::map<const void*, std::pair<std::string, Tensor>> names_;  ///< by where the numbers are
  std::unordered_map<JitValue, JitValue> pairs_;                 ///< few -> more
  std::unordered_map<JitValue, c10::IValue> constants_;
  std::unordered_map<JitValue, std::string> made_from_;  ///< of folded ones, the parameter
  std::unordered_map<JitValue, int64_t> of_batch_;       ///< times the size of the batch
  std::unordered_map<JitValue, std::vector<JitValue>> lists_;
  std::unordered_map<JitValue, size_t> makers_;  ///< of lists that are results: the operations
  std::unordered_map<JitValue, Place> places_;
  std::set<JitValue> computed_;  ///< from the images
  std::set<std::string> taken_;  ///< names
};

}  // namespace sslhost::host
