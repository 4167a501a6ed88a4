// SPDX-License-Identifier: Apache-2.0
#pragma once

// From one of ATen's operations to nodes of ONNX: what translators of single operations share.

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "host/export/onnx_graph.hpp"

namespace sslhost::host {

/// An operation, or arguments of one, that ONNX's file cannot have from us. what(): which.
class NotTranslated : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class OnnxTranslation {
 public:
  /// Both must outlive this.
  OnnxTranslation(const Operations& all, OnnxGraph& graph);

  OnnxGraph& graph() { return graph_; }
  const Value& value(Place place) const { return all_.at(place); }

  /// Its name in the graph, where a parameter is written when it is first asked for.
  std::string name(Place place);
  /// The same, cast to `type` where it is of another.
  std::string name(Place place, ElementType type);

  /// The results of Shape: the number of images, int64 [1].
  std::string batch();
  /// A tensor of int64 with the extents. With `infer` one of the batch may become -1, as Reshape
  /// takes it.
  std::string extents(const std::vector<Extent>& shape, bool infer);

 private:
  const Operations& all_;
  OnnxGraph& graph_;
  std::vector<bool> written_;
  std::string batch_;
};

/// The operation that is being translated.
class OnnxCall {
 public:
  OnnxCall(OnnxTranslation& to, const Operation& operation) : to_(to), operation_(operation) {}

  OnnxTranslation& to() const { return to_; }

  const std::string& called() const { return operation_.name; }
  bool has(std::string_view argument) const;
  Place place(std::string_view argument) const;
  std::vector<Place> places(std::string_view argument) const;
  std::string name(std::string_view argument) const { return to_.name(place(argument)); }
  const Value& value(std::string_view argument) const { return to_.value(place(argument)); }
  std::int64_t integer(std::string_view argument) const;
  std::int64_t integer(std::string_view argument, std::int64_t otherwise) const;
  double number(std::string_view argument) const;
  bool flag(std::string_view argument) const;
  std::string text(std::string_view argument) const;
  std::vector<std::int64_t> integers(std::string_view argument) const;
  /// An axis of the value of `of`, counted from its front.
  std::int64_t axis(std::string_view argument, std::string_view of = "self") const;
  std::vector<std::int64_t> axes(std::string_view argument) const;
  /// A tensor or a number, as a tensor of that type.
  std::string operand(std::string_view argument, ElementType type) const;

  const Value& result(size_t i = 0) const { return to_.value(operation_.results.at(i)); }
  size_t results() const { return operation_.results.size(); }
  /// The node whose output is the first result.
  void make(const std::string& type, const std::vector<std::string>& inputs,
            const std::vector<OnnxAttribute>& attributes = {}) const;
  std::string node(const std::string& type, const std::vector<std::string>& inputs,
                   const std::vector<OnnxAttribute>& attributes = {}) const {
    return to_.graph().add(type, inputs, attributes);
  }
  /// Throws NotTranslated unless it holds.
  void require(bool holds, const std::string& what) const;

 private:
  OnnxTranslation& to_;
  const Operation& operation_;
};

struct OnnxTranslator {
  std::string_view operation;  ///< ATen's name
  void (*translate)(const OnnxCall& call);
};

// By topic; write_onnx.cpp puts them together.
std::span<const OnnxTranslator> onnx_layers();
std::span<const OnnxTranslator> onnx_arithmetic();
std::span<const OnnxTranslator> onnx_shapes();

}  // namespace sslhost::host
