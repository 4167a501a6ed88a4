// SPDX-License-Identifier: Apache-2.0
#include "host/export/onnx_graph.hpp"

#include <bit>
#include <cstring>

#include <protozero/pbf_writer.hpp>

namespace sslhost::host {

namespace {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

using Tag = protozero::pbf_tag_type;
using protozero::pbf_writer;

constexpr std::int64_t kIrVersion = 8;

// Field numbers of onnx.proto.
namespace model_field {
constexpr Tag kIr = 1, kProducer = 2, kProducerVersion = 3, kGraph = 7, kOpset = 8, kMetadata = 14;
}
namespace graph_field {
constexpr Tag kNode = 1, kName = 2, kInitializer = 5, kInput = 11, kOutput = 12;
}
namespace node_field {
constexpr Tag kInput = 1, kOutput = 2, kName = 3, kType = 4, kAttribute = 5;
}
namespace attribute_field {
constexpr Tag kName = 1, kFloat = 2, kInt = 3, kInts = 8, kType = 20;
}
namespace tensor_field {
constexpr Tag kDims = 1, kType = 2, kName = 8, kRaw = 9;
}
constexpr Tag kOpsetVersion = 2, kKey = 1, kEntryValue = 2;
constexpr Tag kInfoName = 1, kInfoType = 2, kTensorType = 1, kElement = 1, kShape = 2, kDim = 1;
constexpr Tag kDimValue = 1, kDimParameter = 2;
// AttributeProto.AttributeType.
constexpr std::int32_t kIsFloat = 1, kIsInt = 2, kIsInts = 7;

void add_attribute(pbf_writer& node, const OnnxAttribute& attribute) {
  pbf_writer entry(node, node_field::kAttribute);
  entry.add_string(attribute_field::kName, attribute.name);
  if (const auto* number = std::get_if<std::int64_t>(&attribute.value)) {
    entry.add_int64(attribute_field::kInt, *number);
    entry.add_enum(attribute_field::kType, kIsInt);
  } else if (const auto* real = std::get_if<float>(&attribute.value)) {
    entry.add_float(attribute_field::kFloat, *real);
    entry.add_enum(attribute_field::kType, kIsFloat);
  } else {
    for (const auto n : std::get<std::vector<std::int64_t>>(attribute.value))
      entry.add_int64(attribute_field::kInts, n);
    entry.add_enum(attribute_field::kType, kIsInts);
  }
}

template <class T>
std::string bytes_of(const std::vector<T>& numbers) {
  std::string bytes(numbers.size() * sizeof(T), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

template <class T>
std::string scalar_bytes(double number) {
  return bytes_of(std::vector<T>{static_cast<T>(number)});
}

std::string scalar_bytes(ElementType type, double number) {
  switch (type) {
    case ElementType::boolean:
    case ElementType::uint8:
      return scalar_bytes<std::uint8_t>(number);
    case ElementType::int32:
      return scalar_bytes<std::int32_t>(number);
    case ElementType::int64:
      return scalar_bytes<std::int64_t>(number);
    case ElementType::float32:
      return scalar_bytes<float>(number);
    case ElementType::float64:
      return scalar_bytes<double>(number);
  }
  return {};
}

Bytes as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

std::int64_t onnx_type(ElementType type) {
  switch (type) {
    case ElementType::boolean:
      return 9;
    case ElementType::uint8:
      return 2;
    case ElementType::int32:
      return 6;
    case ElementType::int64:
      return 7;
    case ElementType::float32:
      return 1;
    case ElementType::float64:
      return 11;
  }
  return 0;
}

void OnnxGraph::append_node(const std::string& type, const std::vector<std::string>& inputs,
                            const std::vector<std::string>& outputs,
                            const std::vector<OnnxAttribute>& attributes) {
  std::string message;
  pbf_writer node(message);
  for (const auto& name : inputs) node.add_string(node_field::kInput, name);
  for (const auto& name : outputs) node.add_string(node_field::kOutput, name);
  node.add_string(node_field::kName, outputs.front());
  node.add_string(node_field::kType, type);
  for (const auto& attribute : attributes) add_attribute(node, attribute);
  nodes_.push_back(std::move(message));
}

void OnnxGraph::add(const std::string& type, const std::vector<std::string>& inputs,
                    const std::string& output, const std::vector<OnnxAttribute>& attributes) {
  append_node(type, inputs, {output}, attributes);
}

std::string OnnxGraph::add(const std::string& type, const std::vector<std::string>& inputs,
                           const std::vector<OnnxAttribute>& attributes) {
  auto name = type + "/" + std::to_string(++made_);
  append_node(type, inputs, {name}, attributes);
  return name;
}

void OnnxGraph::add_pair(const std::string& type, const std::vector<std::string>& inputs,
                         const std::pair<std::string, std::string>& outputs,
                         const std::vector<OnnxAttribute>& attributes) {
  append_node(type, inputs, {outputs.first, outputs.second}, attributes);
}

void OnnxGraph::tensor(const std::string& name, ElementType type,
                       const std::vector<std::int64_t>& shape, Bytes bytes) {
  std::string message;
  pbf_writer tensor(message);
  for (const auto n : shape) tensor.add_int64(tensor_field::kDims, n);
  tensor.add_int32(tensor_field::kType, static_cast<std::int32_t>(onnx_type(type)));
  tensor.add_string(tensor_field::kName, name);
  tensor.add_bytes(tensor_field::kRaw, reinterpret_cast<const char*>(bytes.data()), bytes.size());
  tensors_.push_back(std::move(message));
}

std::string OnnxGraph::integers(const std::vector<std::int64_t>& numbers) {
  const auto bytes = bytes_of(numbers);
  auto& name = shared_["integers" + bytes];
  if (name.empty()) {
    name = "integers/" + std::to_string(++made_);
    tensor(name, ElementType::int64, {static_cast<std::int64_t>(numbers.size())}, as_bytes(bytes));
  }
  return name;
}

std::string OnnxGraph::scalar(ElementType type, double number) {
  const auto bytes = scalar_bytes(type, number);
  auto& name = shared_["scalar" + std::to_string(onnx_type(type)) + bytes];
  if (name.empty()) {
    name = "scalar/" + std::to_string(++made_);
    tensor(name, type, {}, as_bytes(bytes));
  }
  return name;
}

std::string OnnxGraph::info(const std::string& name, const Value& value) {
  std::string message;
  {
    pbf_writer info(message);
    info.add_string(kInfoName, name);
    pbf_writer type(info, kInfoType);  // closed by its destructor, as are those in it
    pbf_writer tensor(type, kTensorType);
    tensor.add_int32(kElement, static_cast<std::int32_t>(onnx_type(value.type)));
    pbf_writer shape(tensor, kShape);
    for (const auto& extent : value.shape) {
      pbf_writer dim(shape, kDim);
      if (extent.of_batch)
        dim.add_string(kDimParameter, "batch");
      else
        dim.add_int64(kDimValue, extent.number);
    }
  }
  return message;
}

std::string OnnxGraph::model(
    const std::string& name, const std::string& producer_version,
    const std::vector<std::pair<std::string, std::string>>& metadata) const {
  std::string file;
  pbf_writer model(file);
  model.add_int64(model_field::kIr, kIrVersion);
  model.add_string(model_field::kProducer, "sslhost");
  model.add_string(model_field::kProducerVersion, producer_version);
  {
    pbf_writer graph(model, model_field::kGraph);
    for (const auto& node : nodes_) graph.add_message(graph_field::kNode, node);
    graph.add_string(graph_field::kName, name);
    for (const auto& tensor : tensors_) graph.add_message(graph_field::kInitializer, tensor);
    for (const auto& input : inputs_) graph.add_message(graph_field::kInput, input);
    for (const auto& output : outputs_) graph.add_message(graph_field::kOutput, output);
  }
  {
    pbf_writer opset(model, model_field::kOpset);
    opset.add_int64(kOpsetVersion, kOnnxOpset);
  }
  for (const auto& [key, value] : metadata) {
    pbf_writer entry(model, model_field::kMetadata);
    entry.add_string(kKey, key);
    entry.add_string(kEntryValue, value);
  }
  return file;
}

}  // namespace sslhost::host
