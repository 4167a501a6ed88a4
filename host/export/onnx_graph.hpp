// SPDX-License-Identifier: Apache-2.0
#pragma once

// An ONNX graph that grows node by node, and the file made of it: the messages of onnx.proto
// (https://github.com/onnx/onnx, IR version 8), written over protozero.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host/export/operations.hpp"

namespace sslhost::host {

/// Understood by every runtime of the last years; the first with LayerNormalization.
inline constexpr std::int64_t kOnnxOpset = 17;

struct OnnxAttribute {
  std::string name;
  std::variant<std::int64_t, float, std::vector<std::int64_t>> value;
};

class OnnxGraph {
 public:
  /// A node; what it makes is called `output`.
  void add(const std::string& type, const std::vector<std::string>& inputs,
           const std::string& output, const std::vector<OnnxAttribute>& attributes = {});
  /// The same with a name of its own, which is returned.
  std::string add(const std::string& type, const std::vector<std::string>& inputs,
                  const std::vector<OnnxAttribute>& attributes = {});
  /// The same with two results.
  void add_pair(const std::string& type, const std::vector<std::string>& inputs,
                const std::pair<std::string, std::string>& outputs,
                const std::vector<OnnxAttribute>& attributes);

  /// A tensor with these bytes; `shape` empty: a scalar.
  void tensor(const std::string& name, ElementType type, const std::vector<std::int64_t>& shape,
              Bytes bytes);
  /// Names of tensors [n] and [] with these numbers; the same ones once.
  std::string integers(const std::vector<std::int64_t>& numbers);
  std::string scalar(ElementType type, double number);

  void input(const std::string& name, const Value& value) { inputs_.push_back(info(name, value)); }
  void output(const std::string& name, const Value& value) {
    outputs_.push_back(info(name, value));
  }

  /// The whole file.
  std::string model(const std::string& name, const std::string& producer_version,
                    const std::vector<std::pair<std::string, std::string>>& metadata) const;

 private:
  /// A ValueInfoProto; extents of the batch are called so.
  static std::string info(const std::string& name, const Value& value);
  void append_node(const std::string& type, const std::vector<std::string>& inputs,
                   const std::vector<std::string>& outputs,
                   const std::vector<OnnxAttribute>& attributes);

  std::vector<std::string> nodes_, tensors_, inputs_, outputs_;  ///< messages
  std::map<std::string, std::string> shared_;                    ///< content -> name
  int made_ = 0;                                                 ///< names of our own
};

/// Its number in TensorProto.DataType.
std::int64_t onnx_type(ElementType type);

}  // namespace sslhost::host
